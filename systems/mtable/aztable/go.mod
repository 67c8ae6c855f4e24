module github.com/ravelgo/ravel/systems/mtable/aztable

go 1.25.0

require (
	github.com/Azure/azure-sdk-for-go/sdk/azcore v1.20.0
	github.com/Azure/azure-sdk-for-go/sdk/data/aztables v1.4.1
	github.com/ravelgo/ravel/systems v0.0.0
)

require (
	github.com/Azure/azure-sdk-for-go/sdk/internal v1.11.2 // indirect
	github.com/alecthomas/kong v1.17.0 // indirect
	github.com/ravelgo/ravel v0.0.0 // indirect
	go.etcd.io/bbolt v1.5.0 // indirect
	golang.org/x/net v0.43.0 // indirect
	golang.org/x/sys v0.45.0 // indirect
	golang.org/x/text v0.28.0 // indirect
)

replace (
	github.com/ravelgo/ravel => ../../../
	github.com/ravelgo/ravel/systems => ../../
)
