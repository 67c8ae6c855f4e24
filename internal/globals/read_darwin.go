package globals

import (
	"debug/macho"
	"strings"
)

// readSymbols reads the symbol table of a Mach-O file.
func readSymbols(path string) ([]symbol, error) {
	f, err := macho.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if f.Symtab == nil {
		return nil, ErrStripped
	}
	const debugging = 0xe0 // N_STAB
	var list []symbol
	for _, s := range f.Symtab.Syms {
		if s.Type&debugging != 0 || s.Sect == 0 || int(s.Sect) > len(f.Sections) {
			continue
		}
		list = append(list, symbol{name: strings.TrimPrefix(s.Name, "_"), addr: s.Value, writable: f.Sections[s.Sect-1].Seg == "__DATA"})
	}
	return list, nil
}
