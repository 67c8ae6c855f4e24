package globals

import "debug/pe"

// readSymbols reads the symbol table of a PE file.
func readSymbols(path string) ([]symbol, error) {
	f, err := pe.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if len(f.Symbols) == 0 {
		return nil, ErrStripped
	}
	var list []symbol
	for _, s := range f.Symbols {
		if s.SectionNumber <= 0 || int(s.SectionNumber) > len(f.Sections) {
			continue
		}
		section := f.Sections[s.SectionNumber-1]
		list = append(list, symbol{
			name: s.Name, addr: uint64(section.VirtualAddress) + uint64(s.Value), writable: section.Characteristics&pe.IMAGE_SCN_MEM_WRITE != 0,
		})
	}
	return list, nil
}
