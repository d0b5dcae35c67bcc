package main

import (
	"fmt"
	"go/ast"
	"io"
	"strings"
)

// writeTable writes every package that serves something: its kinds, and the types that they lead to.
func writeTable(out io.Writer, all *sources, plurals map[string]string) {
	facts := all.facts()
	served := all.reached(facts)
	for _, s := range all.ordered {
		kinds := s.servedKinds()
		if len(kinds) == 0 {
			continue
		}
		group := s.group
		if group == "" {
			group = `""`
		}
		fmt.Fprintf(out, "\npackage %s %s %s %s\n", s.id, s.path, group, s.version)
		for _, kind := range kinds {
			fmt.Fprintln(out, s.kindLine(kind, plurals))
		}
		for _, d := range s.ordered {
			if f := facts[s.id+"."+d.name]; f != nil && served[f.name] {
				writeFact(out, s, f)
			}
		}
	}
}

func writeFact(out io.Writer, s *source, f *fact) {
	// A type is named without its package there.
	short := func(text string) string { return strings.ReplaceAll(text, s.id+".", "") }
	words := []string{"type", short(f.name)}
	if f.alias != "" {
		words = []string{"alias", short(f.name), short(f.alias)}
	}
	fmt.Fprintln(out, strings.Join(append(words, f.traits...), " "))
	for _, each := range f.fields {
		if strings.Contains(each.kind, unknown) {
			fail("%s.%s: the table has no words for its type", f.name, each.name)
		}
		words := append([]string{" " + each.name, each.words[0], short(each.kind)}, each.words[1:]...)
		fmt.Fprintln(out, strings.Join(words, " "))
	}
}

// facts gathers the facts about all declared types; those with a form of their own have none.
func (all *sources) facts() map[string]*fact {
	facts := map[string]*fact{}
	for _, s := range all.ordered {
		for _, d := range s.ordered {
			_, isSpecial := special[s.path+"."+d.name]
			_, isFunction := d.expr.(*ast.FuncType)
			_, isInterface := d.expr.(*ast.InterfaceType)
			if !d.same && !isSpecial && !isFunction && !isInterface && ast.IsExported(d.name) {
				facts[s.id+"."+d.name] = all.factOf(s, d)
			}
		}
	}
	for _, f := range facts {
		// `type List metav1.List` has that struct's fields.
		if of := facts[f.alias]; of != nil && of.fields != nil {
			f.alias, f.fields, f.refers = "", of.fields, of.refers
		}
	}
	return facts
}

// reached marks what served kinds and their lists lead to.
func (all *sources) reached(facts map[string]*fact) map[string]bool {
	served := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		f := facts[name]
		if f == nil || served[name] {
			return
		}
		served[name] = true
		for _, next := range f.refers {
			visit(next)
		}
	}
	for _, s := range all.ordered {
		for _, kind := range s.servedKinds() {
			visit(s.id + "." + kind.name)
			visit(s.id + "." + kind.name + "List")
		}
	}
	for _, name := range alwaysServed {
		visit("meta/v1." + name)
	}
	return served
}
