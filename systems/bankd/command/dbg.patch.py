s=open('town_test.go').read()
s=s.replace('''	for end := time.Now().Add(patience); !ok(); time.Sleep(20 * time.Millisecond) {
''','''	dbg := time.Now().Add(5 * time.Second)
	for end := time.Now().Add(patience); !ok(); time.Sleep(20 * time.Millisecond) {
		if !dbg.IsZero() && time.Now().After(dbg) {
			dbg = time.Time{}
			w.t.Log(w.said())
		}
''')
s=s.replace('"--log-format=json")\n	w.start(m)','"--log-format=json", "--log-level=debug")\n	w.start(m)')
open('town_test.go','w').write(s)
