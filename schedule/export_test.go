package schedule

// OpenToken and SealToken are for the fuzz test of a token's body.
var (
	OpenToken = openToken
	SealToken = sealToken
)
