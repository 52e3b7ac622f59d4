{{/* Name of the chart, or its alias among another chart's dependencies, in letters that names of containers may have. */}}
{{- define "online-inference.name" -}}
{{ .Values.nameOverride | default .Chart.Name | lower | replace "_" "-" | trunc 58 | trimAll "-" }}
{{- end }}

{{/*
Name of all objects. A release of this chart makes one of each kind, so that its own name is enough; as a dependency the
chart is one of several. Helm takes releases such as 1.2, but a Service has to be a DNS label that begins with a letter;
of its 63 characters 5 are left for the test's pod.
*/}}
{{- define "online-inference.fullname" -}}
{{- $own := ternary .Release.Name (printf "%s-%s" .Release.Name (include "online-inference.name" .)) .Chart.IsRoot }}
{{- $name := .Values.fullnameOverride | default $own }}
{{- if or (gt (len $name) 58) (not (regexMatch "^[a-z]([-a-z0-9]*[a-z0-9])?$" $name)) }}
{{- $value := ternary "fullnameOverride" (printf "%s.fullnameOverride" .Chart.Name) .Chart.IsRoot }}
{{- fail (printf "name of all objects, from the release's: got %q, allowed: what a Service may be called, which is lowercase letters, digits and -, a letter first, no - last, at most 58 characters. Name the release otherwise, or the objects by --set %s=%s" $name $value (include "online-inference.name" .)) }}
{{- end }}
{{- $name }}
{{- end }}

{{/* A text as a label's value, in which the + of a version is not allowed. */}}
{{- define "online-inference.labelValue" -}}
{{ . | replace "+" "_" | trunc 63 | trimAll "-_." }}
{{- end }}

{{/* A number or text as text. Numbers come as floats, which would be printed as 1.048576e+06. */}}
{{- define "online-inference.text" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) }}{{ int64 . }}{{ else }}{{ . }}{{ end }}
{{- end }}

{{/* A map's members as texts, such as labels, without those that are null. */}}
{{- define "online-inference.texts" -}}
{{- $texts := dict }}
{{- range $name, $value := . }}
{{- if not (kindIs "invalid" $value) }}{{ $texts = set $texts $name (include "online-inference.text" $value) }}{{ end }}
{{- end }}
{{- toYaml $texts }}
{{- end }}

{{/* Release of the service. */}}
{{- define "online-inference.release" -}}
{{ .Values.release | default .Chart.AppVersion }}
{{- end }}

{{/* What tells this release's pods from all others; it cannot change while a Deployment lives. */}}
{{- define "online-inference.selector" -}}
app.kubernetes.io/name: {{ include "online-inference.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{/* Labels of pods: nothing of the chart's version, which alone must not roll them. */}}
{{- define "online-inference.podLabels" -}}
{{ include "online-inference.selector" . }}
app.kubernetes.io/component: helm
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ include "online-inference.release" . | include "online-inference.labelValue" | quote }}
{{- end }}

{{/* Labels of a value besides the chart's own, which it must not change: the selector's would lose the pods. */}}
{{- define "online-inference.otherLabels" -}}
{{- $own := include "online-inference.podLabels" (first .) | fromYaml }}
{{- range $name, $_ := last . }}
{{- if hasKey $own $name }}{{ fail (printf "podLabels: got %s, allowed: labels that the chart does not set itself. Leave it out" $name) }}{{ end }}
{{- end }}
{{- include "online-inference.texts" (last .) }}
{{- end }}

{{/* Labels of all other objects. */}}
{{- define "online-inference.labels" -}}
{{ include "online-inference.podLabels" . }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | include "online-inference.labelValue" | quote }}
{{- end }}

{{/* Name, namespace and labels of an object. */}}
{{- define "online-inference.metadata" -}}
name: {{ include "online-inference.fullname" . | quote }}
namespace: {{ .Release.Namespace | quote }}
labels:
  {{- include "online-inference.labels" . | nindent 2 }}
{{- end }}

{{/* The service's environment. */}}
{{- define "online-inference.config" -}}
{{ include "online-inference.texts" .Values.config }}
{{- end }}

{{/* Where requests go inside the cluster. */}}
{{- define "online-inference.url" -}}
{{ printf "http://%s.%s:%v" (include "online-inference.fullname" .) .Release.Namespace (.Values.service.port | default 8050) }}
{{- end }}

{{/* Counts or percentages of pods, without those that are null. */}}
{{- define "online-inference.bounds" -}}
{{- $bounds := dict }}
{{- range $name, $value := . }}
{{- if kindIs "string" $value }}{{ $bounds = set $bounds $name $value }}
{{- else if not (kindIs "invalid" $value) }}{{ $bounds = set $bounds $name (int64 $value) }}
{{- end }}
{{- end }}
{{- if $bounds }}{{ toYaml $bounds }}{{ end }}
{{- end }}
