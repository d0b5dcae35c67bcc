package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// lifecycle says in which releases a kind came and went: "" is never or unknown.
type lifecycle struct {
	introduced, deprecated, removed string // "1.22"
	removedMinor                    int    // 22
	replacement                     string // "apps/v1/Deployment"
}

var (
	lifecycleMethod = regexp.MustCompile(`func \(in \*(\w+)\) APILifecycle(\w+)\(\) [^{]*\{\n\treturn (.*)\n`)
	replacementKind = regexp.MustCompile(`Group: "([^"]*)", Version: "([^"]*)", Kind: "([^"]*)"`)
)

// readLifecycles reads what upstream generates into a package.
func readLifecycles(dir string) map[string]lifecycle {
	found := map[string]lifecycle{}
	text, err := os.ReadFile(dir + "/zz_generated.prerelease-lifecycle.go")
	if os.IsNotExist(err) {
		return found
	}
	check(err)
	for _, method := range lifecycleMethod.FindAllStringSubmatch(string(text), -1) {
		life := found[method[1]]
		version := strings.ReplaceAll(method[3], ", ", ".")
		switch method[2] {
		case "Introduced":
			life.introduced = version
		case "Deprecated":
			life.deprecated = version
		case "Removed":
			life.removed = version
			_, err := fmt.Sscanf(version, "1.%d", &life.removedMinor)
			check(err)
		case "Replacement":
			life.replacement = strings.Join(replacementKind.FindStringSubmatch(method[3])[1:], "/")
		}
		found[method[1]] = life
	}
	return found
}

var fakeClient = regexp.MustCompile(`\.WithResource\("([^"]+)"\),\s*\w+\.SchemeGroupVersion\.WithKind\("([^"]+)"\)`)

// pluralsIn finds the plurals of kinds (`apps/v1.Deployment`) in client-go's fake clients, which name both.
func pluralsIn(clientGo string) map[string]string {
	found := map[string]string{}
	fakes, err := filepath.Glob(clientGo + "/kubernetes/typed/*/*/fake/fake_*.go")
	check(err)
	for _, fake := range fakes {
		text, err := os.ReadFile(fake)
		check(err)
		if names := fakeClient.FindStringSubmatch(string(text)); names != nil {
			home := strings.TrimPrefix(filepath.Dir(filepath.Dir(fake)), clientGo+"/kubernetes/typed/")
			found[home+"."+names[2]] = names[1]
		}
	}
	return found
}

// servedKinds lists the kinds of a package that the release still serves, in the order in which they are registered.
func (s *source) servedKinds() (kinds []*declaration) {
	seen := map[string]bool{}
	for _, name := range s.registered {
		item, isList := strings.CutSuffix(name, "List")
		isList = isList && s.types[item] != nil
		life := s.lifecycles[name]
		gone := life.removed != "" && life.removedMinor <= minor
		if kind := s.types[name]; kind != nil && !seen[name] && !isList && !gone {
			kinds = append(kinds, kind)
		}
		seen[name] = true
	}
	return kinds
}

// kindLine is a kind's line in the table.
func (s *source) kindLine(kind *declaration, plurals map[string]string) string {
	plural, scope := plurals[s.id+"."+kind.name], "namespaced"
	if plural == "" {
		// Client-go's folders have no dashes or underscores, and group folders of one word.
		plural = plurals[strings.ReplaceAll(s.id, "_", "")+"."+kind.name]
	}
	if plural == "" {
		plural = "-"
	}
	if kind.all.has("genclient:nonNamespaced") {
		scope = "cluster"
	}
	words := []string{"kind", kind.name, plural, scope}
	add := func(name, value string) {
		if value != "" {
			words = append(words, name+value)
		}
	}
	if s.types[kind.name+"List"] != nil {
		add("list=", kind.name+"List")
	}
	if kind.all.has("genclient") {
		words = append(words, "client")
	}
	if kind.all.has("genclient:noVerbs") {
		words = append(words, "noverbs")
	}
	only := kind.all.first("genclient:onlyVerbs")
	if kind.all.has("genclient:readonly") {
		only = "get,list,watch"
	}
	add("only=", only)
	add("skip=", kind.all.first("genclient:skipVerbs"))
	for _, method := range kind.all.every("genclient:method") {
		add("sub=", subresource(method))
	}
	life := s.lifecycles[kind.name]
	add("since=", life.introduced)
	add("deprecated=", life.deprecated)
	add("removed=", life.removed)
	add("use=", life.replacement)
	return strings.Join(words, " ")
}

// subresource turns `UpdateScale,verb=update,subresource=scale,result=k8s.io/api/autoscaling/v1.Scale` into
// `scale:update:autoscaling/v1.Scale`; without a result the type is the kind's own.
func subresource(method string) string {
	values := map[string]string{}
	for _, part := range strings.Split(method, ",")[1:] {
		key, value, _ := strings.Cut(part, "=")
		values[key] = value
	}
	text := values["subresource"] + ":" + values["verb"]
	if result := values["result"]; result != "" {
		text += ":" + strings.TrimPrefix(result, "k8s.io/api/")
	}
	return text
}
