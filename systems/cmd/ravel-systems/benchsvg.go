package main

import (
	"cmp"
	"fmt"
	"html"
	"math"
	"slices"
	"strings"
)

// panel is a plot of step curves over a logarithmic axis.
type panel struct {
	title, axis string
	most        int // of the vertical axis
	curves      []curve
}

// curve rises by one at each of its steps, which are sorted and at least 1.
type curve struct {
	name  string
	ink   ink
	steps []uint64
}

// ink is a colour of the style sheet and a pattern of dashes.
type ink struct{ color, dash string }

const (
	dashed = "7 3"
	dotted = "2 3"
)

// The measures of the picture, in pixels.
const (
	svgWidth    = 800
	svgLeft     = 48  // of the axes
	svgRight    = 636 // of the axes; behind it come the names of the curves
	svgTop      = 64
	svgHeight   = 280 // of the axes of a panel
	svgBetween  = 96  // panels
	svgLine     = 16  // from name to name
	svgLeader   = 26
	svgSample   = 26
	svgNameGap  = 6
	svgTickSize = 4
)

// The colours are those of Okabe and Ito, darker on white and lighter on black, so
// that lines of them have enough contrast.
const svgStyle = `<style>
text { font: 12px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328; }
.title { font-size: 14px; font-weight: 600; }
.quiet { fill: #59636e; }
.paper { fill: #ffffff; }
.axis { stroke: #59636e; fill: none; }
.grid { stroke: #e4e8ec; fill: none; }
.curve { fill: none; stroke-width: 2; stroke-linejoin: round; }
.faint { opacity: 0.4; stroke-width: 1; }
.leader { fill: none; stroke-width: 1; opacity: 0.5; }
.grey { stroke: #6e7781; } .blue { stroke: #0072b2; } .red { stroke: #c8500a; }
.green { stroke: #008060; } .orange { stroke: #b87a00; } .purple { stroke: #a8528a; }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc; }
.quiet { fill: #9198a1; }
.paper { fill: #0d1117; }
.axis { stroke: #9198a1; }
.grid { stroke: #262c34; }
.grey { stroke: #a5adb8; } .blue { stroke: #56b4e9; } .red { stroke: #f0803c; }
.green { stroke: #2fc79a; } .orange { stroke: #e6b422; } .purple { stroke: #e39bc8; }
}
</style>
`

// drawPanels draws the panels one below the other, as an SVG that needs nothing
// else, on a page that is light or dark.
func drawPanels(panels []panel, about string) string {
	height := svgTop + len(panels)*(svgHeight+svgBetween) - svgBetween + 48
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-label="%s">`+"\n", svgWidth, height, html.EscapeString(about))
	b.WriteString(svgStyle)
	fmt.Fprintf(&b, `<rect class="paper" width="%d" height="%d"/>`+"\n", svgWidth, height)
	label(&b, "quiet", "start", svgLeft, 20, about)
	for i, p := range panels {
		p.draw(&b, float64(svgTop+i*(svgHeight+svgBetween)))
	}
	b.WriteString("</svg>\n")
	return b.String()
}

func label(b *strings.Builder, class, anchor string, x, y float64, text string) {
	fmt.Fprintf(b, `<text class="%s" text-anchor="%s" x="%.0f" y="%.0f">%s</text>`+"\n", class, anchor, x, y, html.EscapeString(text))
}

// scale maps values to pixels.
type scale struct {
	decades int // of the horizontal axis, from 1 on
	most    int
	top     float64
}

func (s scale) x(n uint64) float64 {
	return svgLeft + (svgRight-svgLeft)*math.Log10(float64(n))/float64(s.decades)
}

func (s scale) y(n int) float64 { return s.top + svgHeight - svgHeight*float64(n)/float64(s.most) }

func (p *panel) draw(b *strings.Builder, top float64) {
	s := scale{decades: 1, most: max(p.most, 1), top: top}
	for _, c := range p.curves {
		if n := len(c.steps); n > 0 {
			s.decades = max(s.decades, int(math.Ceil(math.Log10(float64(c.steps[n-1])))))
		}
	}
	p.axes(b, s)
	for _, c := range p.curves {
		c.draw(b, s)
	}
	p.names(b, s)
}

// axes draws the frame, a grid, and the numbers at it.
func (p *panel) axes(b *strings.Builder, s scale) {
	bottom := s.y(0)
	label(b, "title", "start", svgLeft, s.top-14, p.title)
	for n := 0; n <= s.most; n += tick(s.most) {
		y := s.y(n)
		fmt.Fprintf(b, `<path class="grid" d="M%d %.1fH%d"/>`+"\n", svgLeft, y, svgRight)
		label(b, "quiet", "end", svgLeft-8, y+4, fmt.Sprint(n))
	}
	for d := range s.decades + 1 {
		n := uint64(math.Pow10(d))
		x := s.x(n)
		fmt.Fprintf(b, `<path class="grid" d="M%.1f %.1fV%.1f"/><path class="axis" d="M%.1f %.1fv%d"/>`+"\n", x, s.top, bottom, x, bottom, svgTickSize)
		label(b, "quiet", "middle", x, bottom+18, power(n))
	}
	fmt.Fprintf(b, `<path class="axis" d="M%d %.1fV%.1fH%d"/>`+"\n", svgLeft, s.top, bottom, svgRight)
	label(b, "quiet", "middle", (svgLeft+svgRight)/2, bottom+36, p.axis)
}

// tick is the distance of the numbers at an axis: of at most eight.
func tick(most int) int {
	for unit := 1; ; unit *= 10 {
		for _, f := range []int{1, 2, 5} {
			if most <= 8*f*unit {
				return f * unit
			}
		}
	}
}

// power is a power of ten.
func power(n uint64) string {
	switch {
	case n >= 1e9:
		return fmt.Sprintf("%d G", n/1e9)
	case n >= 1e6:
		return fmt.Sprintf("%d M", n/1e6)
	case n >= 1e3:
		return fmt.Sprintf("%d k", n/1e3)
	}
	return fmt.Sprint(n)
}

// draw draws the steps, and faintly that it goes no higher.
func (c *curve) draw(b *strings.Builder, s scale) {
	fmt.Fprintf(b, `<g><title>%s</title>`, html.EscapeString(c.name))
	last := float64(svgLeft)
	if len(c.steps) > 0 {
		fmt.Fprintf(b, `<path class="curve %s" stroke-dasharray="%s" d="M%d %.1f`, c.ink.color, c.dash(), svgLeft, s.y(0))
		for i, n := range c.steps {
			last = s.x(n)
			fmt.Fprintf(b, "H%.1fV%.1f", last, s.y(i+1))
		}
		b.WriteString(`"/>`)
	}
	fmt.Fprintf(b, `<path class="curve faint %s" d="M%.1f %.1fH%d"/></g>`+"\n", c.ink.color, last, s.y(len(c.steps)), svgRight)
}

func (c *curve) dash() string { return cmp.Or(c.ink.dash, "none") }

// names writes the name of each curve beside its end, from the top down, with room
// between them.
func (p *panel) names(b *strings.Builder, s scale) {
	curves := slices.Clone(p.curves)
	slices.SortStableFunc(curves, func(a, b curve) int {
		return cmp.Or(cmp.Compare(len(b.steps), len(a.steps)), cmp.Compare(a.end(), b.end()))
	})
	for i, y := range spread(curves, s) {
		c := curves[i]
		x := float64(svgRight)
		fmt.Fprintf(b, `<path class="leader %s" d="M%.1f %.1fL%.1f %.1f"/>`, c.ink.color, x, s.y(len(c.steps)), x+svgLeader, y)
		x += svgLeader
		fmt.Fprintf(b, `<path class="curve %s" stroke-dasharray="%s" d="M%.1f %.1fh%d"/>`, c.ink.color, c.dash(), x, y, svgSample)
		label(b, "", "start", x+svgSample+svgNameGap, y+4, fmt.Sprintf("%s  %d", c.name, len(c.steps)))
	}
}

// end is the last step.
func (c *curve) end() uint64 {
	if len(c.steps) == 0 {
		return 0
	}
	return c.steps[len(c.steps)-1]
}

// spread places names, sorted from the top down, as near to the ends of their
// curves as there is room: it pushes them down, and then up from the bottom.
func spread(curves []curve, s scale) []float64 {
	ys := make([]float64, len(curves))
	for i, c := range curves {
		if ys[i] = s.y(len(c.steps)); i > 0 {
			ys[i] = max(ys[i], ys[i-1]+svgLine)
		}
	}
	limit := s.top + svgHeight
	for i := len(ys) - 1; i >= 0 && ys[i] > limit; i-- {
		ys[i] = limit
		limit -= svgLine
	}
	return ys
}
