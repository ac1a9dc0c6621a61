/**
 * Which number each field has in the protobuf form of the built-in kinds (Kubernetes 1.36): `number name type`, with `[]`
 * for lists, `{}` for maps from strings, and `*` for a message whose fields stand in place of the name.
 */
export const messageFields: Readonly<Record<string, string>> = {
  "apps.Deployment": "1 metadata meta.ObjectMeta, 2 spec apps.DeploymentSpec, 3 status apps.DeploymentStatus",
  "apps.DeploymentCondition":
    "1 type string, 2 status string, 6 lastUpdateTime meta.Time, 7 lastTransitionTime meta.Time, 4 reason string, 5 message string",
  "apps.DeploymentSpec":
    "1 replicas int, 2 selector meta.LabelSelector, 3 template core.PodTemplateSpec, 4 strategy apps.DeploymentStrategy, 5 minReadySeconds int, 6 revisionHistoryLimit int, 7 paused bool, 9 progressDeadlineSeconds int",
  "apps.DeploymentStatus":
    "1 observedGeneration int, 2 replicas int, 3 updatedReplicas int, 7 readyReplicas int, 4 availableReplicas int, 5 unavailableReplicas int, 9 terminatingReplicas int, 6 conditions []apps.DeploymentCondition, 8 collisionCount int",
  "apps.DeploymentStrategy": "1 type string, 2 rollingUpdate apps.RollingUpdateDeployment",
  "apps.ReplicaSet": "1 metadata meta.ObjectMeta, 2 spec apps.ReplicaSetSpec, 3 status apps.ReplicaSetStatus",
  "apps.ReplicaSetCondition":
    "1 type string, 2 status string, 3 lastTransitionTime meta.Time, 4 reason string, 5 message string",
  "apps.ReplicaSetSpec":
    "1 replicas int, 4 minReadySeconds int, 2 selector meta.LabelSelector, 3 template core.PodTemplateSpec",
  "apps.ReplicaSetStatus":
    "1 replicas int, 2 fullyLabeledReplicas int, 4 readyReplicas int, 5 availableReplicas int, 7 terminatingReplicas int, 3 observedGeneration int, 6 conditions []apps.ReplicaSetCondition",
  "apps.RollingUpdateDeployment": "1 maxUnavailable intstr.IntOrString, 2 maxSurge intstr.IntOrString",
  "authn.ExtraValue": "1 items []string",
  "authn.SelfSubjectReview": "1 metadata meta.ObjectMeta, 2 status authn.SelfSubjectReviewStatus",
  "authn.SelfSubjectReviewStatus": "1 userInfo authn.UserInfo",
  "authn.UserInfo": "1 username string, 2 uid string, 3 groups []string, 4 extra {}authn.ExtraValue",
  "authz.ExtraValue": "1 items []string",
  "authz.FieldSelectorAttributes": "1 rawSelector string, 2 requirements []meta.FieldSelectorRequirement",
  "authz.LabelSelectorAttributes": "1 rawSelector string, 2 requirements []meta.LabelSelectorRequirement",
  "authz.NonResourceAttributes": "1 path string, 2 verb string",
  "authz.ResourceAttributes":
    "1 namespace string, 2 verb string, 3 group string, 4 version string, 5 resource string, 6 subresource string, 7 name string, 8 fieldSelector authz.FieldSelectorAttributes, 9 labelSelector authz.LabelSelectorAttributes",
  "authz.SelfSubjectAccessReview":
    "1 metadata meta.ObjectMeta, 2 spec authz.SelfSubjectAccessReviewSpec, 3 status authz.SubjectAccessReviewStatus",
  "authz.SelfSubjectAccessReviewSpec":
    "1 resourceAttributes authz.ResourceAttributes, 2 nonResourceAttributes authz.NonResourceAttributes",
  "authz.NonResourceRule": "1 verbs []string, 2 nonResourceURLs []string",
  "authz.ResourceRule": "1 verbs []string, 2 apiGroups []string, 3 resources []string, 4 resourceNames []string",
  "authz.SelfSubjectRulesReview":
    "1 metadata meta.ObjectMeta, 2 spec authz.SelfSubjectRulesReviewSpec, 3 status authz.SubjectRulesReviewStatus",
  "authz.SelfSubjectRulesReviewSpec": "1 namespace string",
  "authz.SubjectRulesReviewStatus":
    "1 resourceRules []authz.ResourceRule, 2 nonResourceRules []authz.NonResourceRule, 3 incomplete bool, 4 evaluationError string",
  "authz.SubjectAccessReview":
    "1 metadata meta.ObjectMeta, 2 spec authz.SubjectAccessReviewSpec, 3 status authz.SubjectAccessReviewStatus",
  "authz.SubjectAccessReviewSpec":
    "1 resourceAttributes authz.ResourceAttributes, 2 nonResourceAttributes authz.NonResourceAttributes, 3 user string, 4 groups []string, 5 extra {}authz.ExtraValue, 6 uid string",
  "authz.SubjectAccessReviewStatus": "1 allowed bool, 4 denied bool, 2 reason string, 3 evaluationError string",
  "autoscaling.Scale": "1 metadata meta.ObjectMeta, 2 spec autoscaling.ScaleSpec, 3 status autoscaling.ScaleStatus",
  "autoscaling.ScaleSpec": "1 replicas int",
  "autoscaling.ScaleStatus": "1 replicas int, 2 selector string",
  "coordination.Lease": "1 metadata meta.ObjectMeta, 2 spec coordination.LeaseSpec",
  "coordination.LeaseSpec":
    "1 holderIdentity string, 2 leaseDurationSeconds int, 3 acquireTime meta.MicroTime, 4 renewTime meta.MicroTime, 5 leaseTransitions int, 6 strategy string, 7 preferredHolder string",
  "core.Affinity":
    "1 nodeAffinity core.NodeAffinity, 2 podAffinity core.PodAffinity, 3 podAntiAffinity core.PodAntiAffinity",
  "core.AppArmorProfile": "1 type string, 2 localhostProfile string",
  "core.AttachedVolume": "1 name string, 2 devicePath string",
  "core.Binding": "1 metadata meta.ObjectMeta, 2 target core.ObjectReference",
  "core.Capabilities": "1 add []string, 2 drop []string",
  "core.ClientIPConfig": "1 timeoutSeconds int",
  "core.ClusterTrustBundleProjection":
    "1 name string, 2 signerName string, 3 labelSelector meta.LabelSelector, 5 optional bool, 4 path string",
  "core.ConfigMap": "1 metadata meta.ObjectMeta, 4 immutable bool, 2 data {}string, 3 binaryData {}bytes",
  "core.ConfigMapEnvSource": "1 * core.LocalObjectReference, 2 optional bool",
  "core.ConfigMapKeySelector": "1 * core.LocalObjectReference, 2 key string, 3 optional bool",
  "core.ConfigMapNodeConfigSource":
    "1 namespace string, 2 name string, 3 uid string, 4 resourceVersion string, 5 kubeletConfigKey string",
  "core.ConfigMapProjection": "1 * core.LocalObjectReference, 2 items []core.KeyToPath, 4 optional bool",
  "core.ConfigMapVolumeSource":
    "1 * core.LocalObjectReference, 2 items []core.KeyToPath, 3 defaultMode int, 4 optional bool",
  "core.Container":
    "1 name string, 2 image string, 3 command []string, 4 args []string, 5 workingDir string, 6 ports []core.ContainerPort, 19 envFrom []core.EnvFromSource, 7 env []core.EnvVar, 8 resources core.ResourceRequirements, 23 resizePolicy []core.ContainerResizePolicy, 24 restartPolicy string, 25 restartPolicyRules []core.ContainerRestartRule, 9 volumeMounts []core.VolumeMount, 21 volumeDevices []core.VolumeDevice, 10 livenessProbe core.Probe, 11 readinessProbe core.Probe, 22 startupProbe core.Probe, 12 lifecycle core.Lifecycle, 13 terminationMessagePath string, 20 terminationMessagePolicy string, 14 imagePullPolicy string, 15 securityContext core.SecurityContext, 16 stdin bool, 17 stdinOnce bool, 18 tty bool",
  "core.ContainerExtendedResourceRequest": "1 containerName string, 2 resourceName string, 3 requestName string",
  "core.ContainerImage": "1 names []string, 2 sizeBytes int",
  "core.ContainerPort": "1 name string, 2 hostPort int, 3 containerPort int, 4 protocol string, 5 hostIP string",
  "core.ContainerResizePolicy": "1 resourceName string, 2 restartPolicy string",
  "core.ContainerRestartRule": "1 action string, 2 exitCodes core.ContainerRestartRuleOnExitCodes",
  "core.ContainerRestartRuleOnExitCodes": "1 operator string, 2 values []int",
  "core.ContainerState":
    "1 waiting core.ContainerStateWaiting, 2 running core.ContainerStateRunning, 3 terminated core.ContainerStateTerminated",
  "core.ContainerStateRunning": "1 startedAt meta.Time",
  "core.ContainerStateTerminated":
    "1 exitCode int, 2 signal int, 3 reason string, 4 message string, 5 startedAt meta.Time, 6 finishedAt meta.Time, 7 containerID string",
  "core.ContainerStateWaiting": "1 reason string, 2 message string",
  "core.ContainerStatus":
    "1 name string, 2 state core.ContainerState, 3 lastState core.ContainerState, 4 ready bool, 5 restartCount int, 6 image string, 7 imageID string, 8 containerID string, 9 started bool, 10 allocatedResources {}resource.Quantity, 11 resources core.ResourceRequirements, 12 volumeMounts []core.VolumeMountStatus, 13 user core.ContainerUser, 14 allocatedResourcesStatus []core.ResourceStatus, 15 stopSignal string",
  "core.ContainerUser": "1 linux core.LinuxContainerUser",
  "core.DaemonEndpoint": "1 Port int",
  "core.DownwardAPIProjection": "1 items []core.DownwardAPIVolumeFile",
  "core.DownwardAPIVolumeFile":
    "1 path string, 2 fieldRef core.ObjectFieldSelector, 3 resourceFieldRef core.ResourceFieldSelector, 4 mode int",
  "core.DownwardAPIVolumeSource": "1 items []core.DownwardAPIVolumeFile, 2 defaultMode int",
  "core.EmptyDirVolumeSource": "1 medium string, 2 sizeLimit resource.Quantity",
  "core.EnvFromSource": "1 prefix string, 2 configMapRef core.ConfigMapEnvSource, 3 secretRef core.SecretEnvSource",
  "core.EnvVar": "1 name string, 2 value string, 3 valueFrom core.EnvVarSource",
  "core.EnvVarSource":
    "1 fieldRef core.ObjectFieldSelector, 2 resourceFieldRef core.ResourceFieldSelector, 3 configMapKeyRef core.ConfigMapKeySelector, 4 secretKeyRef core.SecretKeySelector, 5 fileKeyRef core.FileKeySelector",
  "core.EphemeralContainer": "1 * core.EphemeralContainerCommon, 2 targetContainerName string",
  "core.EphemeralContainerCommon":
    "1 name string, 2 image string, 3 command []string, 4 args []string, 5 workingDir string, 6 ports []core.ContainerPort, 19 envFrom []core.EnvFromSource, 7 env []core.EnvVar, 8 resources core.ResourceRequirements, 23 resizePolicy []core.ContainerResizePolicy, 24 restartPolicy string, 25 restartPolicyRules []core.ContainerRestartRule, 9 volumeMounts []core.VolumeMount, 21 volumeDevices []core.VolumeDevice, 10 livenessProbe core.Probe, 11 readinessProbe core.Probe, 22 startupProbe core.Probe, 12 lifecycle core.Lifecycle, 13 terminationMessagePath string, 20 terminationMessagePolicy string, 14 imagePullPolicy string, 15 securityContext core.SecurityContext, 16 stdin bool, 17 stdinOnce bool, 18 tty bool",
  "core.Event":
    "1 metadata meta.ObjectMeta, 2 involvedObject core.ObjectReference, 3 reason string, 4 message string, 5 source core.EventSource, 6 firstTimestamp meta.Time, 7 lastTimestamp meta.Time, 8 count int, 9 type string, 10 eventTime meta.MicroTime, 11 series core.EventSeries, 12 action string, 13 related core.ObjectReference, 14 reportingComponent string, 15 reportingInstance string",
  "core.EventSeries": "1 count int, 2 lastObservedTime meta.MicroTime",
  "core.EventSource": "1 component string, 2 host string",
  "core.ExecAction": "1 command []string",
  "core.FileKeySelector": "1 volumeName string, 2 path string, 3 key string, 4 optional bool",
  "core.GRPCAction": "1 port int, 2 service string",
  "core.HTTPGetAction":
    "1 path string, 2 port intstr.IntOrString, 3 host string, 4 scheme string, 5 httpHeaders []core.HTTPHeader",
  "core.HTTPHeader": "1 name string, 2 value string",
  "core.HostAlias": "1 ip string, 2 hostnames []string",
  "core.HostIP": "1 ip string",
  "core.HostPathVolumeSource": "1 path string, 2 type string",
  "core.ImageVolumeStatus": "1 imageRef string",
  "core.KeyToPath": "1 key string, 2 path string, 3 mode int",
  "core.Lifecycle": "1 postStart core.LifecycleHandler, 2 preStop core.LifecycleHandler, 3 stopSignal string",
  "core.LifecycleHandler":
    "1 exec core.ExecAction, 2 httpGet core.HTTPGetAction, 3 tcpSocket core.TCPSocketAction, 4 sleep core.SleepAction",
  "core.LinuxContainerUser": "1 uid int, 2 gid int, 3 supplementalGroups []int",
  "core.LoadBalancerIngress": "1 ip string, 2 hostname string, 3 ipMode string, 4 ports []core.PortStatus",
  "core.LoadBalancerStatus": "1 ingress []core.LoadBalancerIngress",
  "core.LocalObjectReference": "1 name string",
  "core.Namespace": "1 metadata meta.ObjectMeta, 2 spec core.NamespaceSpec, 3 status core.NamespaceStatus",
  "core.NamespaceCondition":
    "1 type string, 2 status string, 4 lastTransitionTime meta.Time, 5 reason string, 6 message string",
  "core.NamespaceSpec": "1 finalizers []string",
  "core.NamespaceStatus": "1 phase string, 2 conditions []core.NamespaceCondition",
  "core.Node": "1 metadata meta.ObjectMeta, 2 spec core.NodeSpec, 3 status core.NodeStatus",
  "core.NodeAddress": "1 type string, 2 address string",
  "core.NodeAffinity":
    "1 requiredDuringSchedulingIgnoredDuringExecution core.NodeSelector, 2 preferredDuringSchedulingIgnoredDuringExecution []core.PreferredSchedulingTerm",
  "core.NodeAllocatableResourceClaimStatus":
    "1 resourceClaimName string, 2 containers []string, 3 resources {}resource.Quantity",
  "core.NodeCondition":
    "1 type string, 2 status string, 3 lastHeartbeatTime meta.Time, 4 lastTransitionTime meta.Time, 5 reason string, 6 message string",
  "core.NodeConfigSource": "2 configMap core.ConfigMapNodeConfigSource",
  "core.NodeConfigStatus":
    "1 assigned core.NodeConfigSource, 2 active core.NodeConfigSource, 3 lastKnownGood core.NodeConfigSource, 4 error string",
  "core.NodeDaemonEndpoints": "1 kubeletEndpoint core.DaemonEndpoint",
  "core.NodeFeatures": "1 supplementalGroupsPolicy bool",
  "core.NodeRuntimeHandler": "1 name string, 2 features core.NodeRuntimeHandlerFeatures",
  "core.NodeRuntimeHandlerFeatures": "1 recursiveReadOnlyMounts bool, 2 userNamespaces bool",
  "core.NodeSelector": "1 nodeSelectorTerms []core.NodeSelectorTerm",
  "core.NodeSelectorRequirement": "1 key string, 2 operator string, 3 values []string",
  "core.NodeSelectorTerm":
    "1 matchExpressions []core.NodeSelectorRequirement, 2 matchFields []core.NodeSelectorRequirement",
  "core.NodeSpec":
    "1 podCIDR string, 7 podCIDRs []string, 3 providerID string, 4 unschedulable bool, 5 taints []core.Taint, 6 configSource core.NodeConfigSource, 2 externalID string",
  "core.NodeStatus":
    "1 capacity {}resource.Quantity, 2 allocatable {}resource.Quantity, 3 phase string, 4 conditions []core.NodeCondition, 5 addresses []core.NodeAddress, 6 daemonEndpoints core.NodeDaemonEndpoints, 7 nodeInfo core.NodeSystemInfo, 8 images []core.ContainerImage, 9 volumesInUse []string, 10 volumesAttached []core.AttachedVolume, 11 config core.NodeConfigStatus, 12 runtimeHandlers []core.NodeRuntimeHandler, 13 features core.NodeFeatures, 14 declaredFeatures []string",
  "core.NodeSwapStatus": "1 capacity int",
  "core.NodeSystemInfo":
    "1 machineID string, 2 systemUUID string, 3 bootID string, 4 kernelVersion string, 5 osImage string, 6 containerRuntimeVersion string, 7 kubeletVersion string, 8 kubeProxyVersion string, 9 operatingSystem string, 10 architecture string, 11 swap core.NodeSwapStatus",
  "core.ObjectFieldSelector": "1 apiVersion string, 2 fieldPath string",
  "core.ObjectReference":
    "1 kind string, 2 namespace string, 3 name string, 4 uid string, 5 apiVersion string, 6 resourceVersion string, 7 fieldPath string",
  "core.PersistentVolumeClaimVolumeSource": "1 claimName string, 2 readOnly bool",
  "core.Pod": "1 metadata meta.ObjectMeta, 2 spec core.PodSpec, 3 status core.PodStatus",
  "core.PodAffinity":
    "1 requiredDuringSchedulingIgnoredDuringExecution []core.PodAffinityTerm, 2 preferredDuringSchedulingIgnoredDuringExecution []core.WeightedPodAffinityTerm",
  "core.PodAffinityTerm":
    "1 labelSelector meta.LabelSelector, 2 namespaces []string, 3 topologyKey string, 4 namespaceSelector meta.LabelSelector, 5 matchLabelKeys []string, 6 mismatchLabelKeys []string",
  "core.PodAntiAffinity":
    "1 requiredDuringSchedulingIgnoredDuringExecution []core.PodAffinityTerm, 2 preferredDuringSchedulingIgnoredDuringExecution []core.WeightedPodAffinityTerm",
  "core.PodCertificateProjection":
    "1 signerName string, 2 keyType string, 3 maxExpirationSeconds int, 4 credentialBundlePath string, 5 keyPath string, 6 certificateChainPath string, 7 userAnnotations {}string",
  "core.PodCondition":
    "1 type string, 7 observedGeneration int, 2 status string, 3 lastProbeTime meta.Time, 4 lastTransitionTime meta.Time, 5 reason string, 6 message string",
  "core.PodDNSConfig": "1 nameservers []string, 2 searches []string, 3 options []core.PodDNSConfigOption",
  "core.PodDNSConfigOption": "1 name string, 2 value string",
  "core.PodExtendedResourceClaimStatus":
    "1 requestMappings []core.ContainerExtendedResourceRequest, 2 resourceClaimName string",
  "core.PodIP": "1 ip string",
  "core.PodOS": "1 name string",
  "core.PodReadinessGate": "1 conditionType string",
  "core.PodResourceClaim": "1 name string, 3 resourceClaimName string, 4 resourceClaimTemplateName string",
  "core.PodResourceClaimStatus": "1 name string, 2 resourceClaimName string",
  "core.PodSchedulingGate": "1 name string",
  "core.PodSchedulingGroup": "1 podGroupName string",
  "core.PodSecurityContext":
    "1 seLinuxOptions core.SELinuxOptions, 8 windowsOptions core.WindowsSecurityContextOptions, 2 runAsUser int, 6 runAsGroup int, 3 runAsNonRoot bool, 4 supplementalGroups []int, 12 supplementalGroupsPolicy string, 5 fsGroup int, 7 sysctls []core.Sysctl, 9 fsGroupChangePolicy string, 10 seccompProfile core.SeccompProfile, 11 appArmorProfile core.AppArmorProfile, 13 seLinuxChangePolicy string",
  "core.PodSpec":
    "1 volumes []core.Volume, 20 initContainers []core.Container, 2 containers []core.Container, 34 ephemeralContainers []core.EphemeralContainer, 3 restartPolicy string, 4 terminationGracePeriodSeconds int, 5 activeDeadlineSeconds int, 6 dnsPolicy string, 7 nodeSelector {}string, 8 serviceAccountName string, 9 serviceAccount string, 21 automountServiceAccountToken bool, 10 nodeName string, 11 hostNetwork bool, 12 hostPID bool, 13 hostIPC bool, 27 shareProcessNamespace bool, 14 securityContext core.PodSecurityContext, 15 imagePullSecrets []core.LocalObjectReference, 16 hostname string, 17 subdomain string, 18 affinity core.Affinity, 19 schedulerName string, 22 tolerations []core.Toleration, 23 hostAliases []core.HostAlias, 24 priorityClassName string, 25 priority int, 26 dnsConfig core.PodDNSConfig, 28 readinessGates []core.PodReadinessGate, 29 runtimeClassName string, 30 enableServiceLinks bool, 31 preemptionPolicy string, 32 overhead {}resource.Quantity, 33 topologySpreadConstraints []core.TopologySpreadConstraint, 35 setHostnameAsFQDN bool, 36 os core.PodOS, 37 hostUsers bool, 38 schedulingGates []core.PodSchedulingGate, 39 resourceClaims []core.PodResourceClaim, 40 resources core.ResourceRequirements, 41 hostnameOverride string, 43 schedulingGroup core.PodSchedulingGroup",
  "core.PodStatus":
    "17 observedGeneration int, 1 phase string, 2 conditions []core.PodCondition, 3 message string, 4 reason string, 11 nominatedNodeName string, 5 hostIP string, 16 hostIPs []core.HostIP, 6 podIP string, 12 podIPs []core.PodIP, 7 startTime meta.Time, 10 initContainerStatuses []core.ContainerStatus, 8 containerStatuses []core.ContainerStatus, 9 qosClass string, 13 ephemeralContainerStatuses []core.ContainerStatus, 14 resize string, 15 resourceClaimStatuses []core.PodResourceClaimStatus, 18 extendedResourceClaimStatus core.PodExtendedResourceClaimStatus, 19 allocatedResources {}resource.Quantity, 20 resources core.ResourceRequirements, 21 nodeAllocatableResourceClaimStatuses []core.NodeAllocatableResourceClaimStatus",
  "core.PodTemplateSpec": "1 metadata meta.ObjectMeta, 2 spec core.PodSpec",
  "core.PortStatus": "1 port int, 2 protocol string, 3 error string",
  "core.PreferredSchedulingTerm": "1 weight int, 2 preference core.NodeSelectorTerm",
  "core.Probe":
    "1 * core.ProbeHandler, 2 initialDelaySeconds int, 3 timeoutSeconds int, 4 periodSeconds int, 5 successThreshold int, 6 failureThreshold int, 7 terminationGracePeriodSeconds int",
  "core.ProbeHandler":
    "1 exec core.ExecAction, 2 httpGet core.HTTPGetAction, 3 tcpSocket core.TCPSocketAction, 4 grpc core.GRPCAction",
  "core.ProjectedVolumeSource": "1 sources []core.VolumeProjection, 2 defaultMode int",
  "core.ResourceClaim": "1 name string, 2 request string",
  "core.ResourceFieldSelector": "1 containerName string, 2 resource string, 3 divisor resource.Quantity",
  "core.ResourceHealth": "1 resourceID string, 2 health string, 6 message string",
  "core.ResourceRequirements":
    "1 limits {}resource.Quantity, 2 requests {}resource.Quantity, 3 claims []core.ResourceClaim",
  "core.ResourceStatus": "1 name string, 2 resources []core.ResourceHealth",
  "core.SELinuxOptions": "1 user string, 2 role string, 3 type string, 4 level string",
  "core.SeccompProfile": "1 type string, 2 localhostProfile string",
  "core.Secret": "1 metadata meta.ObjectMeta, 5 immutable bool, 2 data {}bytes, 4 stringData {}string, 3 type string",
  "core.SecretEnvSource": "1 * core.LocalObjectReference, 2 optional bool",
  "core.SecretKeySelector": "1 * core.LocalObjectReference, 2 key string, 3 optional bool",
  "core.SecretProjection": "1 * core.LocalObjectReference, 2 items []core.KeyToPath, 4 optional bool",
  "core.SecretVolumeSource": "1 secretName string, 2 items []core.KeyToPath, 3 defaultMode int, 4 optional bool",
  "core.SecurityContext":
    "1 capabilities core.Capabilities, 2 privileged bool, 3 seLinuxOptions core.SELinuxOptions, 10 windowsOptions core.WindowsSecurityContextOptions, 4 runAsUser int, 8 runAsGroup int, 5 runAsNonRoot bool, 6 readOnlyRootFilesystem bool, 7 allowPrivilegeEscalation bool, 9 procMount string, 11 seccompProfile core.SeccompProfile, 12 appArmorProfile core.AppArmorProfile",
  "core.Service": "1 metadata meta.ObjectMeta, 2 spec core.ServiceSpec, 3 status core.ServiceStatus",
  "core.ServiceAccount":
    "1 metadata meta.ObjectMeta, 2 secrets []core.ObjectReference, 3 imagePullSecrets []core.LocalObjectReference, 4 automountServiceAccountToken bool",
  "core.ServiceAccountTokenProjection": "1 audience string, 2 expirationSeconds int, 3 path string",
  "core.ServicePort":
    "1 name string, 2 protocol string, 6 appProtocol string, 3 port int, 4 targetPort intstr.IntOrString, 5 nodePort int",
  "core.ServiceSpec":
    "1 ports []core.ServicePort, 2 selector {}string, 3 clusterIP string, 18 clusterIPs []string, 4 type string, 5 externalIPs []string, 7 sessionAffinity string, 8 loadBalancerIP string, 9 loadBalancerSourceRanges []string, 10 externalName string, 11 externalTrafficPolicy string, 12 healthCheckNodePort int, 13 publishNotReadyAddresses bool, 14 sessionAffinityConfig core.SessionAffinityConfig, 19 ipFamilies []string, 17 ipFamilyPolicy string, 20 allocateLoadBalancerNodePorts bool, 21 loadBalancerClass string, 22 internalTrafficPolicy string, 23 trafficDistribution string",
  "core.ServiceStatus": "1 loadBalancer core.LoadBalancerStatus, 2 conditions []meta.Condition",
  "core.SessionAffinityConfig": "1 clientIP core.ClientIPConfig",
  "core.SleepAction": "1 seconds int",
  "core.Sysctl": "1 name string, 2 value string",
  "core.TCPSocketAction": "1 port intstr.IntOrString, 2 host string",
  "core.Taint": "1 key string, 2 value string, 3 effect string, 4 timeAdded meta.Time",
  "core.Toleration": "1 key string, 2 operator string, 3 value string, 4 effect string, 5 tolerationSeconds int",
  "core.TopologySpreadConstraint":
    "1 maxSkew int, 2 topologyKey string, 3 whenUnsatisfiable string, 4 labelSelector meta.LabelSelector, 5 minDomains int, 6 nodeAffinityPolicy string, 7 nodeTaintsPolicy string, 8 matchLabelKeys []string",
  "core.Volume": "1 name string, 2 * core.VolumeSource",
  "core.VolumeDevice": "1 name string, 2 devicePath string",
  "core.VolumeMount":
    "1 name string, 2 readOnly bool, 7 recursiveReadOnly string, 3 mountPath string, 4 subPath string, 5 mountPropagation string, 6 subPathExpr string",
  "core.VolumeMountStatus":
    "1 name string, 2 mountPath string, 3 readOnly bool, 4 recursiveReadOnly string, 5 volumeStatus core.VolumeStatus",
  "core.VolumeProjection":
    "1 secret core.SecretProjection, 2 downwardAPI core.DownwardAPIProjection, 3 configMap core.ConfigMapProjection, 4 serviceAccountToken core.ServiceAccountTokenProjection, 5 clusterTrustBundle core.ClusterTrustBundleProjection, 6 podCertificate core.PodCertificateProjection",
  "core.VolumeSource":
    "1 hostPath core.HostPathVolumeSource, 2 emptyDir core.EmptyDirVolumeSource, 6 secret core.SecretVolumeSource, 10 persistentVolumeClaim core.PersistentVolumeClaimVolumeSource, 16 downwardAPI core.DownwardAPIVolumeSource, 19 configMap core.ConfigMapVolumeSource, 26 projected core.ProjectedVolumeSource",
  "core.VolumeStatus": "1 image core.ImageVolumeStatus",
  "core.WeightedPodAffinityTerm": "1 weight int, 2 podAffinityTerm core.PodAffinityTerm",
  "core.WindowsSecurityContextOptions":
    "1 gmsaCredentialSpecName string, 2 gmsaCredentialSpec string, 3 runAsUserName string, 4 hostProcess bool",
  "discovery.Endpoint":
    "1 addresses []string, 2 conditions discovery.EndpointConditions, 3 hostname string, 4 targetRef core.ObjectReference, 5 deprecatedTopology {}string, 6 nodeName string, 7 zone string, 8 hints discovery.EndpointHints",
  "discovery.EndpointConditions": "1 ready bool, 2 serving bool, 3 terminating bool",
  "discovery.EndpointHints": "1 forZones []discovery.ForZone, 2 forNodes []discovery.ForNode",
  "discovery.EndpointPort": "1 name string, 2 protocol string, 3 port int, 4 appProtocol string",
  "discovery.EndpointSlice":
    "1 metadata meta.ObjectMeta, 4 addressType string, 2 endpoints []discovery.Endpoint, 3 ports []discovery.EndpointPort",
  "discovery.ForNode": "1 name string",
  "discovery.ForZone": "1 name string",
  "meta.Condition":
    "1 type string, 2 status string, 3 observedGeneration int, 4 lastTransitionTime meta.Time, 5 reason string, 6 message string",
  "meta.DeleteOptions":
    "1 gracePeriodSeconds int, 2 preconditions meta.Preconditions, 3 orphanDependents bool, 4 propagationPolicy string, 5 dryRun []string, 6 ignoreStoreReadErrorWithClusterBreakingPotential bool",
  "meta.FieldSelectorRequirement": "1 key string, 2 operator string, 3 values []string",
  "meta.LabelSelector": "1 matchLabels {}string, 2 matchExpressions []meta.LabelSelectorRequirement",
  "meta.LabelSelectorRequirement": "1 key string, 2 operator string, 3 values []string",
  "meta.ManagedFieldsEntry":
    "1 manager string, 2 operation string, 3 apiVersion string, 4 time meta.Time, 6 fieldsType string, 7 fieldsV1 meta.FieldsV1, 8 subresource string",
  "meta.ObjectMeta":
    "1 name string, 2 generateName string, 3 namespace string, 4 selfLink string, 5 uid string, 6 resourceVersion string, 7 generation int, 8 creationTimestamp meta.Time, 9 deletionTimestamp meta.Time, 10 deletionGracePeriodSeconds int, 11 labels {}string, 12 annotations {}string, 13 ownerReferences []meta.OwnerReference, 14 finalizers []string, 17 managedFields []meta.ManagedFieldsEntry",
  "meta.OwnerReference":
    "5 apiVersion string, 1 kind string, 3 name string, 4 uid string, 6 controller bool, 7 blockOwnerDeletion bool",
  "meta.Preconditions": "1 uid string, 2 resourceVersion string",
  "policy.Eviction": "1 metadata meta.ObjectMeta, 2 deleteOptions meta.DeleteOptions",
  "autoscaling.ContainerResourceMetricSource": "1 name string, 2 target autoscaling.MetricTarget, 3 container string",
  "autoscaling.ContainerResourceMetricStatus":
    "1 name string, 2 current autoscaling.MetricValueStatus, 3 container string",
  "autoscaling.CrossVersionObjectReference": "1 kind string, 2 name string, 3 apiVersion string",
  "autoscaling.ExternalMetricSource": "1 metric autoscaling.MetricIdentifier, 2 target autoscaling.MetricTarget",
  "autoscaling.ExternalMetricStatus": "1 metric autoscaling.MetricIdentifier, 2 current autoscaling.MetricValueStatus",
  "autoscaling.HPAScalingPolicy": "1 type string, 2 value int, 3 periodSeconds int",
  "autoscaling.HPAScalingRules":
    "3 stabilizationWindowSeconds int, 1 selectPolicy string, 2 policies []autoscaling.HPAScalingPolicy, 4 tolerance resource.Quantity",
  "autoscaling.HorizontalPodAutoscaler":
    "1 metadata meta.ObjectMeta, 2 spec autoscaling.HorizontalPodAutoscalerSpec, 3 status autoscaling.HorizontalPodAutoscalerStatus",
  "autoscaling.HorizontalPodAutoscalerBehavior":
    "1 scaleUp autoscaling.HPAScalingRules, 2 scaleDown autoscaling.HPAScalingRules",
  "autoscaling.HorizontalPodAutoscalerCondition":
    "1 type string, 2 status string, 3 lastTransitionTime meta.Time, 4 reason string, 5 message string",
  "autoscaling.HorizontalPodAutoscalerSpec":
    "1 scaleTargetRef autoscaling.CrossVersionObjectReference, 2 minReplicas int, 3 maxReplicas int, 4 metrics []autoscaling.MetricSpec, 5 behavior autoscaling.HorizontalPodAutoscalerBehavior",
  "autoscaling.HorizontalPodAutoscalerStatus":
    "1 observedGeneration int, 2 lastScaleTime meta.Time, 3 currentReplicas int, 4 desiredReplicas int, 5 currentMetrics []autoscaling.MetricStatus, 6 conditions []autoscaling.HorizontalPodAutoscalerCondition",
  "autoscaling.MetricIdentifier": "1 name string, 2 selector meta.LabelSelector",
  "autoscaling.MetricSpec":
    "1 type string, 2 object autoscaling.ObjectMetricSource, 3 pods autoscaling.PodsMetricSource, 4 resource autoscaling.ResourceMetricSource, 7 containerResource autoscaling.ContainerResourceMetricSource, 5 external autoscaling.ExternalMetricSource",
  "autoscaling.MetricStatus":
    "1 type string, 2 object autoscaling.ObjectMetricStatus, 3 pods autoscaling.PodsMetricStatus, 4 resource autoscaling.ResourceMetricStatus, 7 containerResource autoscaling.ContainerResourceMetricStatus, 5 external autoscaling.ExternalMetricStatus",
  "autoscaling.MetricTarget":
    "1 type string, 2 value resource.Quantity, 3 averageValue resource.Quantity, 4 averageUtilization int",
  "autoscaling.MetricValueStatus":
    "1 value resource.Quantity, 2 averageValue resource.Quantity, 3 averageUtilization int",
  "autoscaling.ObjectMetricSource":
    "1 describedObject autoscaling.CrossVersionObjectReference, 2 target autoscaling.MetricTarget, 3 metric autoscaling.MetricIdentifier",
  "autoscaling.ObjectMetricStatus":
    "1 metric autoscaling.MetricIdentifier, 2 current autoscaling.MetricValueStatus, 3 describedObject autoscaling.CrossVersionObjectReference",
  "autoscaling.PodsMetricSource": "1 metric autoscaling.MetricIdentifier, 2 target autoscaling.MetricTarget",
  "autoscaling.PodsMetricStatus": "1 metric autoscaling.MetricIdentifier, 2 current autoscaling.MetricValueStatus",
  "autoscaling.ResourceMetricSource": "1 name string, 2 target autoscaling.MetricTarget",
  "autoscaling.ResourceMetricStatus": "1 name string, 2 current autoscaling.MetricValueStatus",
  "policy.PodDisruptionBudget":
    "1 metadata meta.ObjectMeta, 2 spec policy.PodDisruptionBudgetSpec, 3 status policy.PodDisruptionBudgetStatus",
  "policy.PodDisruptionBudgetSpec":
    "1 minAvailable intstr.IntOrString, 2 selector meta.LabelSelector, 3 maxUnavailable intstr.IntOrString, 4 unhealthyPodEvictionPolicy string",
  "policy.PodDisruptionBudgetStatus":
    "1 observedGeneration int, 2 disruptedPods {}meta.Time, 3 disruptionsAllowed int, 4 currentHealthy int, 5 desiredHealthy int, 6 expectedPods int, 7 conditions []meta.Condition",
  "rbac.AggregationRule": "1 clusterRoleSelectors []meta.LabelSelector",
  "rbac.ClusterRole": "1 metadata meta.ObjectMeta, 2 rules []rbac.PolicyRule, 3 aggregationRule rbac.AggregationRule",
  "rbac.ClusterRoleBinding": "1 metadata meta.ObjectMeta, 2 subjects []rbac.Subject, 3 roleRef rbac.RoleRef",
  "rbac.PolicyRule":
    "1 verbs []string, 2 apiGroups []string, 3 resources []string, 4 resourceNames []string, 5 nonResourceURLs []string",
  "rbac.Role": "1 metadata meta.ObjectMeta, 2 rules []rbac.PolicyRule",
  "rbac.RoleBinding": "1 metadata meta.ObjectMeta, 2 subjects []rbac.Subject, 3 roleRef rbac.RoleRef",
  "rbac.RoleRef": "1 apiGroup string, 2 kind string, 3 name string",
  "rbac.Subject": "1 kind string, 2 apiGroup string, 3 name string, 4 namespace string",
};
