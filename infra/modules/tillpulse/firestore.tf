resource "google_firestore_database" "ledger" {
  project                           = var.project_id
  name                              = var.firestore_database
  location_id                       = var.firestore_location
  type                              = "FIRESTORE_NATIVE"
  concurrency_mode                  = "OPTIMISTIC"
  point_in_time_recovery_enablement = "POINT_IN_TIME_RECOVERY_ENABLED"
  delete_protection_state           = var.protect ? "DELETE_PROTECTION_ENABLED" : "DELETE_PROTECTION_DISABLED"
  deletion_policy                   = var.protect ? "PREVENT" : "DELETE"

  dynamic "cmek_config" {
    for_each = local.own_key
    content {
      kms_key_name = cmek_config.value
    }
  }

  depends_on = [google_project_service.required]
}

# Functions read and write as service accounts, which rules don't concern. Everybody else is refused.
resource "google_firebaserules_ruleset" "refuse" {
  project = var.project_id

  source {
    files {
      name    = "firestore.rules"
      content = file("${local.infra}/firestore.rules")
    }
  }

  depends_on = [google_project_service.required]
}

resource "google_firebaserules_release" "ledger" {
  project      = var.project_id
  name         = "cloud.firestore/${google_firestore_database.ledger.name}"
  ruleset_name = "projects/${var.project_id}/rulesets/${google_firebaserules_ruleset.refuse.name}"
}

resource "google_firestore_backup_schedule" "daily" {
  project   = var.project_id
  database  = google_firestore_database.ledger.name
  retention = "${var.daily_backup_days * 86400}s"

  daily_recurrence {}
}

resource "google_firestore_backup_schedule" "weekly" {
  project   = var.project_id
  database  = google_firestore_database.ledger.name
  retention = "${var.weekly_backup_weeks * 7 * 86400}s"

  weekly_recurrence {
    day = "SUNDAY"
  }
}

resource "google_firestore_index" "index" {
  for_each = {
    for index in local.indexes.indexes :
    join(" ", concat([index.collectionGroup], [for field in index.fields : "${field.fieldPath}:${try(field.order, field.arrayConfig)}"])) => index
  }

  project     = var.project_id
  database    = google_firestore_database.ledger.name
  collection  = each.value.collectionGroup
  query_scope = each.value.queryScope

  # Firestore ends every index with the name, in the last field's order; unsaid, it would be a change in each plan.
  dynamic "fields" {
    for_each = concat(each.value.fields, [{ fieldPath = "__name__", order = element(each.value.fields, length(each.value.fields) - 1).order }])

    content {
      field_path   = fields.value.fieldPath
      order        = try(fields.value.order, null)
      array_config = try(fields.value.arrayConfig, null)
    }
  }
}

resource "google_firestore_field" "field" {
  for_each = { for field in local.indexes.fieldOverrides : "${field.collectionGroup}/${field.fieldPath}" => field }

  project    = var.project_id
  database   = google_firestore_database.ledger.name
  collection = each.value.collectionGroup
  field      = each.value.fieldPath

  index_config {
    dynamic "indexes" {
      for_each = each.value.indexes

      content {
        order        = try(indexes.value.order, null)
        array_config = try(indexes.value.arrayConfig, null)
        query_scope  = indexes.value.queryScope
      }
    }
  }

  dynamic "ttl_config" {
    for_each = try(each.value.ttl, false) ? [1] : []
    content {}
  }
}
