package io.citytally.cloudformation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The metrics that alarms and dashboard look at, each as its namespace, a blank and its name. */
public final class Monitoring {

  /** A query of Metrics Insights. */
  private static final Pattern QUERY =
      Pattern.compile("SELECT [A-Z]+\\((\\w+)\\) FROM \"([^\"]+)\"");

  private static final String JOB = "AWS/KinesisAnalytics ";

  /**
   * What Managed Flink reports of any application, and of its Kinesis consumer: "Metrics and
   * dimensions in Managed Service for Apache Flink", as read on 2026-11-24.
   */
  static final Set<String> OF_MANAGED_FLINK =
      Set.of(
          JOB + "KPUs",
          JOB + "cpuUtilization",
          JOB + "fullRestarts",
          JOB + "heapMemoryUtilization",
          JOB + "lastCheckpointDuration",
          JOB + "lastCheckpointSize",
          JOB + "millisBehindLatest",
          JOB + "numberOfFailedCheckpoints",
          JOB + "uptime");

  /**
   * What the other services report: "DynamoDB Metrics and dimensions", "Monitor the Amazon Kinesis
   * Data Streams service with CloudWatch", "Types of metrics for Lambda functions", "Monitor
   * CloudWatch metrics for HTTP APIs", "Types of metrics for CloudFront", "CodeBuild metrics",
   * "Monitoring Amazon SNS topics using CloudWatch", as read on 2026-11-28.
   */
  static final Set<String> OF_OTHERS =
      Set.of(
          "AWS/ApiGateway 4xx",
          "AWS/ApiGateway 5xx",
          "AWS/ApiGateway Count",
          "AWS/ApiGateway Latency",
          // Read in a copy of AWS's page, which does not tell the dimensions.
          "AWS/Backup NumberOfBackupJobsFailed",
          "AWS/CloudFront 5xxErrorRate",
          "AWS/CloudFront Requests",
          "AWS/CodeBuild FailedBuilds",
          "AWS/CodeBuild SucceededBuilds",
          "AWS/DynamoDB AgeOfOldestUnreplicatedRecord",
          "AWS/DynamoDB ConsumedChangeDataCaptureUnits",
          "AWS/DynamoDB ConsumedReadCapacityUnits",
          "AWS/DynamoDB ConsumedWriteCapacityUnits",
          "AWS/DynamoDB WriteThrottleEvents",
          "AWS/Kinesis IncomingBytes",
          "AWS/Kinesis IncomingRecords",
          "AWS/Kinesis WriteProvisionedThroughputExceeded",
          "AWS/Lambda Duration",
          "AWS/Lambda Errors",
          "AWS/Lambda Invocations",
          "AWS/Lambda Throttles",
          "AWS/SNS NumberOfMessagesPublished",
          "AWS/SNS NumberOfNotificationsDelivered",
          // The web stack's own, from the access log.
          "Citytally/stack TooManyRequests");

  private Monitoring() {}

  /** The metrics and expressions of an alarm, by their ids. */
  static Map<String, Map<?, ?>> queriesOf(String alarm) {
    return queriesOf(alarm, Template.of("monitoring"));
  }

  static Map<String, Map<?, ?>> queriesOf(String alarm, Template monitoring) {
    Map<String, Map<?, ?>> queries = new LinkedHashMap<>();
    for (Object each : (List<?>) monitoring.properties(alarm).get("Metrics")) {
      queries.put(((Map<?, ?>) each).get("Id").toString(), (Map<?, ?>) each);
    }
    return queries;
  }

  static Set<String> inAlarms() {
    Set<String> found = new TreeSet<>();
    addInAlarms(Template.of("monitoring"), found);
    addInAlarms(Template.of("backup"), found);
    return found;
  }

  private static void addInAlarms(Template template, Set<String> found) {
    for (String id : template.resources("AWS::CloudWatch::Alarm").keySet()) {
      Map<?, ?> alarm = template.properties(id);
      if (alarm.containsKey("MetricName")) {
        found.add(alarm.get("Namespace") + " " + alarm.get("MetricName"));
      }
      if (alarm.get("Metrics") instanceof List<?> queries) {
        for (Object each : queries) {
          Map<?, ?> query = (Map<?, ?>) each;
          if (query.get("MetricStat") instanceof Map<?, ?> stat) {
            Map<?, ?> metric = (Map<?, ?>) stat.get("Metric");
            found.add(metric.get("Namespace") + " " + metric.get("MetricName"));
          }
          addQueried(String.valueOf(query.get("Expression")), found);
        }
      }
    }
  }

  static Set<String> onDashboard() {
    Set<String> found = new TreeSet<>();
    for (JsonNode widget : dashboard().path("widgets")) {
      for (JsonNode metric : widget.path("properties").path("metrics")) {
        if (metric.get(0).isTextual()) {
          found.add(metric.get(0).asText() + " " + metric.get(1).asText());
        } else {
          addQueried(metric.get(0).path("expression").asText(), found);
        }
      }
    }
    return found;
  }

  private static JsonNode dashboard() {
    Object body = Template.of("monitoring").properties("Dashboard").get("DashboardBody");
    try {
      return new ObjectMapper().readTree(body.toString());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void addQueried(String expression, Set<String> found) {
    Matcher query = QUERY.matcher(expression);
    if (query.find()) {
      found.add(query.group(2) + " " + query.group(1));
    }
  }
}
