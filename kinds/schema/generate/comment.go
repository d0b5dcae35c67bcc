package main

import (
	"go/ast"
	"regexp"
	"strings"
)

// comment is the lines of a comment without what makes them one.
type comment []string

func readComment(group *ast.CommentGroup) (lines comment) {
	if group == nil {
		return nil
	}
	for _, c := range group.List {
		text := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(c.Text, "//"), "/*"), "*/")
		for _, line := range strings.Split(text, "\n") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines
}

// markers are the lines that speak to generators: `+key` or `+key=value`.
func (c comment) markers() (found []marker) {
	for _, line := range c {
		if text, ok := strings.CutPrefix(line, "+"); ok {
			key, value, _ := strings.Cut(text, "=")
			if strings.HasPrefix(text, "k8s:item(") {
				key, value = "k8s:item", text
			}
			found = append(found, marker{strings.TrimSpace(key), strings.TrimSpace(value)})
		}
	}
	return found
}

type marker struct{ key, value string }

// all returns every value of a marker.
func (c comment) every(key string) (values []string) {
	for _, m := range c.markers() {
		if m.key == key {
			values = append(values, m.value)
		}
	}
	return values
}

func (c comment) has(key string) bool { return len(c.every(key)) > 0 }

// first returns the first value of the first of these markers that is there.
func (c comment) first(keys ...string) string {
	for _, key := range keys {
		if values := c.every(key); len(values) > 0 {
			return values[0]
		}
	}
	return ""
}

var deprecation = regexp.MustCompile(`^(Deprecated|DEPRECATED|deprecated)[ :.\-]`)

func (c comment) isDeprecated() bool {
	for _, line := range c {
		if deprecation.MatchString(line+" ") || strings.HasPrefix(line, "+deprecated") {
			return true
		}
	}
	return false
}
