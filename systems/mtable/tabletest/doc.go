// Package tabletest tests tables: whatever implements table.Table must pass [Run]. It also compares a table with the
// specification, package spectable, along histories of random operations: [Walk].
package tabletest
