module example.com/classics

go 1.25
