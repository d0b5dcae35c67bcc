package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// declaration is a type as a package's source declares it.
type declaration struct {
	name string
	expr ast.Expr
	file *ast.File
	// same: `type X = y.X`, another name for one type.
	same bool
	// near is the comment right above, all also the one above that, where generators' markers may stand.
	near, all comment
}

// source is one parsed package.
type source struct {
	id, path, group, version string

	types   map[string]*declaration
	ordered []*declaration
	imports map[*ast.File]map[string]string
	// constants by name, and their names in order.
	constants     map[string]constant
	constantNames []string
	// registered names the types that are kinds.
	registered []string
	lifecycles map[string]lifecycle
}

type constant struct {
	declared string // its type, "" when it has none
	value    ast.Expr
	file     *ast.File
}

type sources struct {
	files   *token.FileSet
	byPath  map[string]*source
	ordered []*source
}

func newSources() *sources {
	return &sources{files: token.NewFileSet(), byPath: map[string]*source{}}
}

func (all *sources) load(id, path, dir string) {
	s := &source{
		id: id, path: path, version: id[strings.Index(id, "/")+1:],
		types: map[string]*declaration{}, constants: map[string]constant{},
		imports: map[*ast.File]map[string]string{}, lifecycles: readLifecycles(dir),
	}
	names, err := filepath.Glob(dir + "/*.go")
	check(err)
	for _, name := range names {
		if isWritten(filepath.Base(name)) {
			file, err := parser.ParseFile(all.files, name, nil, parser.ParseComments|parser.SkipObjectResolution)
			check(err)
			all.readFile(s, file)
		}
	}
	if name, ok := s.constants["GroupName"]; ok {
		s.group = literal(name.value)
	}
	all.byPath[path] = s
	all.ordered = append(all.ordered, s)
}

// isWritten tells sources written by people from tests and generated code.
func isWritten(file string) bool {
	for _, end := range []string{"_test.go", ".pb.go", "swagger_doc_generated.go"} {
		if strings.HasSuffix(file, end) {
			return false
		}
	}
	return !strings.HasPrefix(file, "zz_generated")
}

func (all *sources) readFile(s *source, file *ast.File) {
	s.imports[file] = importsOf(file)
	if named := groupMarker.FindStringSubmatch(textOf(file.Comments)); named != nil {
		s.group = named[1]
	}
	for _, each := range file.Decls {
		switch d := each.(type) {
		case *ast.FuncDecl:
			s.registered = append(s.registered, registeredIn(d)...)
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.ValueSpec:
					if d.Tok == token.CONST {
						s.readConstants(spec, file)
					}
				case *ast.TypeSpec:
					all.readType(s, d, spec, file)
				}
			}
		}
	}
}

var groupMarker = regexp.MustCompile(`(?m)^// \+groupName=(\S*)`)

func textOf(groups []*ast.CommentGroup) string {
	var text strings.Builder
	for _, group := range groups {
		for _, line := range group.List {
			text.WriteString(line.Text + "\n")
		}
	}
	return text.String()
}

func importsOf(file *ast.File) map[string]string {
	found := map[string]string{}
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		check(err)
		name := path[strings.LastIndex(path, "/")+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		found[name] = path
	}
	return found
}

func (s *source) readConstants(spec *ast.ValueSpec, file *ast.File) {
	for i, name := range spec.Names {
		if i >= len(spec.Values) {
			continue
		}
		found := constant{value: spec.Values[i], file: file}
		if declared, ok := spec.Type.(*ast.Ident); ok {
			found.declared = declared.Name
		}
		// Name("x") is of type Name.
		if call, ok := found.value.(*ast.CallExpr); ok && len(call.Args) == 1 {
			if conversion, ok := call.Fun.(*ast.Ident); ok {
				found.declared, found.value = conversion.Name, call.Args[0]
			}
		}
		s.constants[name.Name] = found
		s.constantNames = append(s.constantNames, name.Name)
	}
}

func (all *sources) readType(s *source, around *ast.GenDecl, spec *ast.TypeSpec, file *ast.File) {
	doc := spec.Doc
	if doc == nil {
		doc = around.Doc
	}
	line := func(at token.Pos) int { return all.files.Position(at).Line }
	d := &declaration{name: spec.Name.Name, expr: spec.Type, file: file, same: spec.Assign.IsValid()}
	d.near = readComment(doc)
	d.all = d.near
	top := line(around.Pos())
	if doc != nil {
		top = line(doc.Pos())
	}
	for _, group := range file.Comments {
		if line(group.End()) == top-2 {
			d.all = append(readComment(group), d.near...)
		}
	}
	s.types[d.name] = d
	s.ordered = append(s.ordered, d)
}

// registeredIn finds the T of every &T{} that a function hands to a scheme.
func registeredIn(function *ast.FuncDecl) (names []string) {
	ast.Inspect(function, func(node ast.Node) bool {
		call, ok := node.(*ast.CallExpr)
		if !ok {
			return true
		}
		method, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || method.Sel.Name != "AddKnownTypes" && method.Sel.Name != "AddUnversionedTypes" {
			return true
		}
		for _, argument := range call.Args {
			if pointer, ok := argument.(*ast.UnaryExpr); ok {
				if made, ok := pointer.X.(*ast.CompositeLit); ok {
					if name, ok := made.Type.(*ast.Ident); ok {
						names = append(names, name.Name)
					}
				}
			}
		}
		return true
	})
	return names
}

// text is the value of a string constant, which may stand in another package.
func (all *sources) text(s *source, name string) string {
	c, ok := s.constants[name]
	if !ok {
		fail("%s: no constant %s", s.id, name)
	}
	switch value := c.value.(type) {
	case *ast.Ident:
		return all.text(s, value.Name)
	case *ast.SelectorExpr:
		path := s.imports[c.file][value.X.(*ast.Ident).Name]
		return all.text(all.byPath[path], value.Sel.Name)
	}
	return literal(c.value)
}

// literal is the value of a literal, "" for any other expression.
func literal(expr ast.Expr) string {
	basic, ok := expr.(*ast.BasicLit)
	if !ok {
		return ""
	}
	if basic.Kind != token.STRING {
		return basic.Value
	}
	text, err := strconv.Unquote(basic.Value)
	check(err)
	return text
}
