{{/* Name of the chart, or its alias among another chart's dependencies, in letters that names of containers may have. */}}
{{- define "online-inference.name" -}}
{{ .Chart.Name | lower | replace "_" "-" | trunc 58 | trimAll "-" }}
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

{{/* Release of the service. */}}
{{- define "online-inference.release" -}}
{{ .Values.release | default .Chart.AppVersion }}
{{- end }}

{{/* The image by its tag, in which no + is allowed either. */}}
{{- define "online-inference.taggedImage" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default (include "online-inference.release" . | replace "+" "_") }}
{{- end }}

{{/* Full reference of the image that pods run. */}}
{{- define "online-inference.image" -}}
{{- with .Values.image.digest -}}
{{ $.Values.image.repository }}@{{ . }}
{{- else -}}
{{ include "online-inference.taggedImage" . }}
{{- end }}
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

{{/* Labels of all other objects. */}}
{{- define "online-inference.labels" -}}
{{ include "online-inference.podLabels" . }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | include "online-inference.labelValue" | quote }}
{{- end }}

{{/* The service's environment; numbers come as floats, which would be printed as 1.048576e+06. */}}
{{- define "online-inference.config" -}}
{{- $data := dict }}
{{- range $name, $value := .Values.config }}
{{- $data = set $data $name (ternary $value ($value | int64 | toString) (kindIs "string" $value)) }}
{{- end }}
{{- toYaml $data }}
{{- end }}

{{/* Room for the wait, the draining and the longest request before the kubelet kills, and 2 s more. */}}
{{- define "online-inference.graceSeconds" -}}
{{- $seconds := list .Values.preStopSeconds 2 }}
{{- range list .Values.config.DRAIN_MS .Values.config.REQUEST_TIMEOUT_MS }}
{{- $seconds = append $seconds (div (add . 999) 1000) }}
{{- end }}
{{- $sum := 0 }}
{{- range $seconds }}{{ $sum = add $sum . }}{{ end }}
{{- $sum }}
{{- end }}

{{/* What a pod may do: the restricted Pod Security Standard, and no more. */}}
{{- define "online-inference.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  # Numbers, because the kubelet cannot tell whether a user's name means root.
  runAsUser: 65532
  runAsGroup: 65532
  seccompProfile:
    type: RuntimeDefault
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* As above, for its container. */}}
{{- define "online-inference.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end }}
