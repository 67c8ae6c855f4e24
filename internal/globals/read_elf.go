//go:build !darwin && !windows && !plan9 && !aix && !wasm

package globals

import (
	"debug/elf"
	"errors"
)

// readSymbols reads the symbol table of an ELF file.
func readSymbols(path string) ([]symbol, error) {
	f, err := elf.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	table, err := f.Symbols()
	if errors.Is(err, elf.ErrNoSymbols) {
		return nil, ErrStripped
	}
	if err != nil {
		return nil, err
	}
	var list []symbol
	for _, s := range table {
		if elf.ST_TYPE(s.Info) != elf.STT_OBJECT || int(s.Section) >= len(f.Sections) {
			continue
		}
		list = append(list, symbol{s.Name, s.Value, s.Size, f.Sections[s.Section].Flags&elf.SHF_WRITE != 0})
	}
	return list, nil
}
