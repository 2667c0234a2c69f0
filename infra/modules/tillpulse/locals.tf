# Everything about functions comes from infra/topology.json; what is here only gives it Google Cloud's form.

locals {
  infra    = "${path.module}/../.."
  topology = jsondecode(file("${local.infra}/topology.json"))
  indexes  = jsondecode(file("${local.infra}/firestore.indexes.json"))
  archives = jsondecode(file("${local.infra}/../dist/archives.json")) # made by `make stage`

  delivery   = local.topology.delivery
  functions  = { for function in local.topology.functions : function.name => function }
  subscribed = { for name, function in local.functions : name => function if can(function.trigger.topic) }
  scheduled  = { for name, function in local.functions : name => function if can(function.trigger.schedule) }
  served     = { for name, function in local.functions : name => function if can(function.trigger.http) }
  called     = merge(local.subscribed, local.scheduled)
  on_network = { for name, function in local.functions : name => function if contains(function.environment, "MEMORYSTORE_INSTANCE") }

  own_key = var.kms_key == "" ? [] : [var.kms_key] # of things that are encrypted; none for Google's

  # Who calls the functions that serve HTTP: everybody, or Identity-Aware Proxy, or whom an operator names.
  through_iap = length(var.iap_members) == 0 ? [] : ["dashboard"]
  public      = setsubtract(var.public_functions, local.through_iap)
  invited = {
    for pair in flatten([
      for name in setsubtract(keys(local.served), setunion(local.public, local.through_iap)) : [
        for member in setunion(var.operators, lookup(var.callers, name, [])) : { function = name, member = member }
      ]
    ]) : "${pair.function}/${pair.member}" => pair
  }

  # Functions behind the load balancer: those that are for more than operators. The dashboard has all other paths.
  balances = var.domain == "" ? 0 : 1
  paths = {
    graphql  = ["/graphql"]
    payments = ["/webhooks/payments/*"]
  }
  balanced = { for name, function in local.served : name => function if local.balances == 1 && (name == "dashboard" || contains(keys(local.paths), name)) }

  topics = toset(concat(
    [local.delivery.deadLetterTopic],
    [for function in local.subscribed : function.trigger.topic],
    flatten([for function in local.functions : function.publishes]),
  ))

  publishes = {
    for pair in flatten([
      for name, function in local.functions : [for topic in function.publishes : { function = name, topic = topic }]
    ]) : "${pair.function}/${pair.topic}" => pair
  }

  tenant_topics = {
    for one in flatten([
      for tenant, publisher in var.tenant_publishers : [
        for topic in publisher.topics : { name = "${topic}.${tenant}", topic = topic, store_id = publisher.store_id, members = publisher.members }
      ]
    ]) : one.name => one
  }

  # Every push subscription, by name: of the functions of events, and of the topics that tenants have for themselves.
  deliveries = merge(
    { for name, function in local.subscribed : name => { topic = function.trigger.topic, function = name, query = "" } },
    { for name, one in local.tenant_topics : name => { topic = name, function = one.topic, query = "?store=${urlencode(one.store_id)}" } },
  )
  archived = setunion(var.archived_topics, [for name, one in local.tenant_topics : name if contains(var.archived_topics, one.topic)])

  # The value of each variable that the topology may list. What the local stack alone uses is never set here.
  environment = merge(
    {
      AUTH_AUDIENCE                   = var.auth_audience
      AUTH_ISSUER                     = var.auth_issuer
      AUTH_JWKS_URL                   = var.auth_jwks_url
      CUSTOMER_API_ORIGINS            = jsonencode(var.customer_api_origins)
      DEFAULT_TIMEZONE                = var.default_timezone
      DEFER                           = var.defer
      FIRESTORE_DATABASE              = google_firestore_database.ledger.name
      GOOGLE_CLOUD_PROJECT            = var.project_id
      GROUP_WAIT_MS                   = tostring(var.group_wait_ms)
      KEEP_BASKETS_DAYS               = tostring(var.retention_days.baskets)
      KEEP_LOOKUPS_DAYS               = tostring(var.retention_days.lookups)
      KEEP_OUTBOX_DAYS                = tostring(var.retention_days.outbox)
      LOG_LEVEL                       = var.log_level
      LOOKUP_CALL_DAYS                = tostring(var.retention_days.lookup_calls)
      MEMORYSTORE_INSTANCE            = google_memorystore_instance.cache.id
      MOST_EXPIRED_PER_RUN            = tostring(var.most_expired_per_run)
      MOST_RANGE_READS                = tostring(var.most_range_reads)
      STORES                          = var.stores
      STORE_BASKETS_PER_MINUTE        = tostring(var.store_baskets_per_minute)
      STORE_RANGE_MONTHS_PER_MINUTE   = tostring(var.store_range_months_per_minute)
      SUBJECT_BASKETS_PER_MINUTE      = tostring(var.subject_baskets_per_minute)
      SUBJECT_RANGE_MONTHS_PER_MINUTE = tostring(var.subject_range_months_per_minute)
      UNPAID_AFTER_HOURS              = tostring(var.unpaid_after_hours)
      UNPAID_STATUS_CODES             = join(",", var.unpaid_status_codes)
    },
    var.oidc_client_id == "" ? {} : { OIDC_CLIENT_ID = var.oidc_client_id },
    var.iap_audience == "" ? {} : { IAP_AUDIENCE = var.iap_audience, IAP_ACCESS = jsonencode(var.iap_access) },
    length(var.image_origins) == 0 ? {} : { IMAGE_ORIGINS = join(" ", var.image_origins) },
    var.customer_api_endpoint == "" ? {} : { CUSTOMER_API_ENDPOINT = var.customer_api_endpoint },
  )

  secrets = toset(flatten([for function in local.functions : function.secrets]))
  secret_reads = {
    for pair in flatten([
      for name, function in local.functions : [
        for secret in function.secrets : { function = name, secret = secret } if contains(keys(var.secret_versions), secret)
      ]
    ]) : "${pair.function}/${pair.secret}" => pair
  }

  pubsub_agent = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com"
  iap_agent    = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-iap.iam.gserviceaccount.com"
}

data "google_project" "this" {
  project_id = var.project_id
}
