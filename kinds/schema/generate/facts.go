package main

import (
	"encoding/json"
	"go/ast"
	"reflect"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

// fact is a type as the table tells it.
type fact struct {
	name   string // `core/v1.Pod`
	fields []field
	alias  string // what it is when it is no struct
	traits []string
	// refers names the declared types that it leads to.
	refers []string
}

type field struct {
	name, kind string // JSON name, type
	words      []string
}

// scalars are Go's own types by the table's names.
var scalars = map[string]string{
	"string": "string", "bool": "bool", "int32": "int32", "int64": "int64", "float64": "float64",
	"int": "int64", "any": "any",
}

// special are types with a JSON or protobuf form of their own, and a few that are known by what they are.
var special = map[string]string{
	"k8s.io/apimachinery/pkg/apis/meta/v1.Time":       "Time",
	"k8s.io/apimachinery/pkg/apis/meta/v1.MicroTime":  "MicroTime",
	"k8s.io/apimachinery/pkg/apis/meta/v1.Duration":   "Duration",
	"k8s.io/apimachinery/pkg/apis/meta/v1.FieldsV1":   "FieldsV1",
	"k8s.io/apimachinery/pkg/runtime.RawExtension":    "RawExtension",
	"k8s.io/apimachinery/pkg/runtime.Object":          "any",
	"k8s.io/apimachinery/pkg/util/intstr.IntOrString": "IntOrString",
	"k8s.io/apimachinery/pkg/api/resource.Quantity":   "Quantity",
	"k8s.io/apimachinery/pkg/types.UID":               "UID",
	"k8s.io/apimachinery/pkg/types.NodeName":          "NodeName",
	crds + "JSON":                                     "JSON",
	crds + "JSONSchemaPropsOrArray":                   "JSONSchemaPropsOrArray",
	crds + "JSONSchemaPropsOrBool":                    "JSONSchemaPropsOrBool",
	crds + "JSONSchemaPropsOrStringArray":             "JSONSchemaPropsOrStringArray",
}

const crds = "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1."

// typeName writes a type expression in the table's words; declared types are added to refers.
func (all *sources) typeName(s *source, file *ast.File, expr ast.Expr, refers *[]string) string {
	switch e := expr.(type) {
	case *ast.Ident:
		if s.types[e.Name] == nil {
			if name, ok := scalars[e.Name]; ok {
				return name
			}
		}
		return all.declared(s, e.Name, refers)
	case *ast.SelectorExpr:
		path := s.imports[file][e.X.(*ast.Ident).Name]
		if name, ok := special[path+"."+e.Sel.Name]; ok {
			return name
		}
		if home := all.byPath[path]; home != nil {
			return all.declared(home, e.Sel.Name, refers)
		}
	case *ast.StarExpr:
		return "*" + all.typeName(s, file, e.X, refers)
	case *ast.ArrayType:
		if item, ok := e.Elt.(*ast.Ident); ok && item.Name == "byte" {
			return "bytes"
		}
		return "[]" + all.typeName(s, file, e.Elt, refers)
	case *ast.MapType:
		key := all.typeName(s, file, e.Key, refers)
		if key == "string" {
			key = ""
		}
		return "{" + key + "}" + all.typeName(s, file, e.Value, refers)
	case *ast.InterfaceType:
		return "any"
	}
	return unknown
}

// unknown stands for a type that the table has no words for. Nothing that is served may have it.
const unknown = "?"

func (all *sources) declared(s *source, name string, refers *[]string) string {
	if known, ok := special[s.path+"."+name]; ok {
		return known
	}
	d := s.types[name]
	if d == nil {
		fail("%s: no type %s", s.id, name)
	}
	if d.same {
		return all.typeName(s, d.file, d.expr, refers)
	}
	*refers = append(*refers, s.id+"."+name)
	return s.id + "." + name
}

// factOf gathers what the table says of a declaration.
func (all *sources) factOf(s *source, d *declaration) *fact {
	f := &fact{name: s.id + "." + d.name}
	if kind := d.all.first("mapType", "structType"); kind != "" {
		f.traits = append(f.traits, "M:"+kind)
	}
	structure, isStruct := d.expr.(*ast.StructType)
	if !isStruct {
		f.alias = all.typeName(s, d.file, d.expr, &f.refers)
		if d.all.has("enum") {
			f.traits = append(f.traits, "E:"+compact(all.enumOf(s, d.name)))
		}
		if d.all.first("protobuf.nullable") == "true" {
			f.traits = append(f.traits, "pbmessage")
		}
	}
	for _, trait := range []struct {
		word string
		is   bool
	}{{"D", d.near.isDeprecated()}, {"union", d.all.has("union")}, {"noproto", d.all.first("protobuf") == "false"}} {
		if trait.is {
			f.traits = append(f.traits, trait.word)
		}
	}
	if isStruct {
		for _, member := range structure.Fields.List {
			if made, ok := all.fieldOf(s, d.file, member, f); ok {
				f.fields = append(f.fields, made)
			}
		}
	}
	return f
}

// enumOf lists the constants of a type, sorted.
func (all *sources) enumOf(s *source, typeName string) []string {
	values := []string{}
	for _, name := range s.constantNames {
		if s.constants[name].declared == typeName {
			values = append(values, all.text(s, name))
		}
	}
	sort.Strings(values)
	return values
}

// fieldOf reads a member of a struct; ok is false for what JSON does not show.
func (all *sources) fieldOf(s *source, file *ast.File, member *ast.Field, f *fact) (made field, ok bool) {
	tag := reflect.StructTag("")
	if member.Tag != nil {
		text, err := strconv.Unquote(member.Tag.Value)
		check(err)
		tag = reflect.StructTag(text)
	}
	jsonTag, tagged := tag.Lookup("json")
	options := strings.Split(jsonTag, ",")
	isInline := len(member.Names) == 0
	if options[0] == "-" || !isInline && (!tagged || !member.Names[0].IsExported()) {
		return field{}, false
	}
	made = field{name: options[0], kind: all.typeName(s, file, member.Type, &f.refers)}
	if made.name == "" {
		made.name = "..."
	}
	number := "-"
	if parts := strings.Split(tag.Get("protobuf"), ","); len(parts) > 1 {
		number = parts[1]
	}
	doc := readComment(member.Doc)
	made.words = append([]string{number}, all.wordsOf(s, f, made.name, options[1:], doc)...)
	if strategy := tag.Get("patchStrategy"); strategy != "" {
		made.words = append(made.words, "P:"+withKeys(strategy, tag.Get("patchMergeKey")))
	}
	made.words = append(made.words, guards(doc)...)
	return made, true
}

// wordsOf says what a field's tag and comment tell, up to strategic merge.
func (all *sources) wordsOf(s *source, f *fact, name string, options []string, doc comment) (words []string) {
	is := map[string]bool{}
	for _, option := range options {
		is[option] = true
	}
	required := name != "..." && (doc.has("required") || !doc.has("optional") && !is["omitempty"])
	flags := ""
	for _, flag := range []struct {
		letter string
		is     bool
	}{{"o", is["omitempty"]}, {"z", is["omitzero"]}, {"!", required}, {"D", doc.isDeprecated()}} {
		if flag.is {
			flags += flag.letter
		}
	}
	if flags != "" {
		words = append(words, flags)
	}
	if doc.has("default") {
		words = append(words, "="+all.defaultOf(s, f, doc.first("default")))
	}
	if kind := doc.first("listType"); kind != "" {
		words = append(words, "L:"+withKeys(kind, doc.every("listMapKey")...))
	}
	if kind := doc.first("structType", "mapType"); kind != "" {
		words = append(words, "M:"+kind)
	}
	return words
}

func (all *sources) defaultOf(s *source, f *fact, text string) string {
	if name, ok := strings.CutPrefix(text, "ref("); ok {
		return compact(all.text(s, strings.TrimSuffix(name, ")")))
	}
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		fail("%s: default %s: %v", f.name, text, err)
	}
	return compact(value)
}

// guards are feature gates, the union that a field belongs to, and rules that upstream declares in comments.
func guards(doc comment) (words []string) {
	gates := []string{}
	for _, gate := range doc.every("featureGate") {
		// Once another marker stands behind a gate on its line.
		gates = append(gates, strings.ReplaceAll(strings.Fields(gate)[0], "|", ","))
	}
	if len(gates) > 0 {
		words = append(words, "G:"+strings.Join(gates, ","))
	}
	if union := doc.first("oneOf"); union != "" {
		words = append(words, "U:"+union)
	}
	if doc.has("unionDiscriminator") {
		words = append(words, "U!")
	}
	rules := []string{}
	for _, m := range doc.markers() {
		if ruleMarker.MatchString(m.key) && !noRule[m.key] {
			rules = append(rules, m.key+"="+m.value)
		}
	}
	sort.Strings(rules)
	for _, rule := range rules {
		words = append(words, "R:"+compact(rule))
	}
	return words
}

var ruleMarker = regexp.MustCompile(`^(k8s|kubebuilder):`)

// noRule names markers that say nothing new about values.
var noRule = map[string]bool{"k8s:conversion-gen": true, "k8s:listType": true, "k8s:listMapKey": true}

// withKeys writes `map(a,b)`.
func withKeys(kind string, keys ...string) string {
	if len(keys) == 0 || keys[0] == "" {
		return kind
	}
	return kind + "(" + strings.Join(keys, ",") + ")"
}

// compact writes JSON without a space, for the table is cut at spaces.
func compact(value any) string {
	text, err := json.Marshal(value)
	check(err)
	return strings.ReplaceAll(string(text), " ", `\u0020`)
}
