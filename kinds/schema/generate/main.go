// Command generate reads the Go sources of the Kubernetes API and writes the facts about its types as a table: see README.md.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
)

// release is the version of the modules, and minor what a server of that release serves.
const (
	release = "v0.34.13"
	minor   = 34
)

// alwaysServed are types of meta/v1 that no kind leads to, and that every server needs.
var alwaysServed = strings.Fields(`ListOptions GetOptions DeleteOptions CreateOptions PatchOptions UpdateOptions
	APIResourceList WatchEvent`)

func main() {
	api, machinery := download("k8s.io/api"), download("k8s.io/apimachinery")
	sources := newSources()
	sources.load("meta/v1", "k8s.io/apimachinery/pkg/apis/meta/v1", machinery+"/pkg/apis/meta/v1")
	registers, err := filepath.Glob(api + "/*/v*/register.go")
	check(err)
	sort.Strings(registers)
	for _, register := range registers {
		dir := filepath.Dir(register)
		id := strings.TrimPrefix(dir, api+"/")
		sources.load(id, "k8s.io/api/"+id, dir)
	}
	for _, more := range [][3]string{
		{"apiextensions/v1", "k8s.io/apiextensions-apiserver", "/pkg/apis/apiextensions/v1"},
		{"apiregistration/v1", "k8s.io/kube-aggregator", "/pkg/apis/apiregistration/v1"},
		{"metrics/v1beta1", "k8s.io/metrics", "/pkg/apis/metrics/v1beta1"},
		{"custom_metrics/v1beta2", "k8s.io/metrics", "/pkg/apis/custom_metrics/v1beta2"},
		{"external_metrics/v1beta1", "k8s.io/metrics", "/pkg/apis/external_metrics/v1beta1"},
	} {
		sources.load(more[0], more[1]+more[2], download(more[1])+more[2])
	}

	out := bufio.NewWriter(os.Stdout)
	fmt.Fprintf(out, "# Facts about the API types of Kubernetes 1.%d. Generated; do not edit.\n", minor)
	writeTable(out, sources, pluralsIn(download("k8s.io/client-go")))
	check(out.Flush())
}

// download fetches a module into Go's cache, which checks it against the checksum database, and returns its folder.
func download(module string) string {
	out, err := exec.Command("go", "mod", "download", "-json", module+"@"+release).Output()
	check(err)
	var found struct{ Dir string }
	check(json.Unmarshal(out, &found))
	return found.Dir
}

func check(err error) {
	if err != nil {
		fail("%v", err)
	}
}

func fail(format string, args ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
	os.Exit(1)
}
