resource "google_cloudfunctions2_function" "function" {
  for_each = local.functions

  project      = var.project_id
  location     = var.region
  name         = each.key
  kms_key_name = one(local.own_key)

  build_config {
    runtime           = local.topology.runtime
    entry_point       = each.value.entryPoint
    service_account   = google_service_account.build.id
    docker_repository = google_artifact_registry_repository.images.id

    source {
      storage_source {
        bucket = google_storage_bucket.sources.name
        object = google_storage_bucket_object.source[each.value.source].name
      }
    }
  }

  service_config {
    available_memory                 = each.value.memory
    available_cpu                    = tostring(each.value.cpu)
    max_instance_request_concurrency = each.value.concurrency
    timeout_seconds                  = each.value.timeoutSeconds
    min_instance_count               = lookup(var.min_instances, each.key, 0)
    max_instance_count               = lookup(var.max_instances, each.key, var.default_max_instances)
    service_account_email            = google_service_account.function[each.key].email
    ingress_settings                 = contains(keys(local.called), each.key) ? "ALLOW_INTERNAL_ONLY" : contains(keys(local.balanced), each.key) ? "ALLOW_INTERNAL_AND_GCLB" : "ALLOW_ALL"
    all_traffic_on_latest_revision   = !var.hold_traffic

    environment_variables = merge(
      { for name in each.value.environment : name => local.environment[name] if contains(keys(local.environment), name) },
      {
        PYDANTIC_DISABLE_PLUGINS = "__all__"                        # there is none; to look for them, an instance reads what every package declares
        PYTHONTZPATH             = ""                               # time zones come from the locked tzdata, not from the base image
        THREADS                  = tostring(each.value.concurrency) # of functions-framework; and as many connections to the cache at most
      },
      var.trace_share == 0 ? {} : { TRACES = "cloud:${var.trace_share}" },
    )

    dynamic "secret_environment_variables" {
      for_each = { for name in each.value.secrets : name => var.secret_versions[name] if contains(keys(var.secret_versions), name) }

      content {
        project_id = var.project_id
        key        = secret_environment_variables.key
        secret     = google_secret_manager_secret.secret[secret_environment_variables.key].secret_id
        version    = secret_environment_variables.value
      }
    }

    direct_vpc_egress = contains(keys(local.on_network), each.key) ? "VPC_EGRESS_PRIVATE_RANGES_ONLY" : null

    dynamic "direct_vpc_network_interface" {
      for_each = contains(keys(local.on_network), each.key) ? [1] : []

      content {
        network    = google_compute_network.private.name
        subnetwork = google_compute_subnetwork.functions.name
      }
    }
  }

  # Its account may do all of its work before its first instance starts.
  depends_on = [
    google_project_iam_member.connects_to_cache,
    google_project_iam_member.finds_cache,
    google_project_iam_member.stores,
    google_project_iam_member.traces,
    google_pubsub_topic_iam_member.dashboard_replays,
    google_pubsub_topic_iam_member.publishes,
    time_sleep.grants,
  ]
}
