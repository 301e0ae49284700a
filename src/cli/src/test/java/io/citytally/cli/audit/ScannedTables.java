package io.citytally.cli.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

/** Tables in memory that can only be scanned. */
final class ScannedTables implements DynamoDbClient {

  private final Map<String, List<Map<String, AttributeValue>>> tables = new HashMap<>();

  void put(String table, Map<String, AttributeValue> item) {
    tables.computeIfAbsent(table, any -> new ArrayList<>()).add(item);
  }

  @Override
  public ScanResponse scan(ScanRequest request) {
    return ScanResponse.builder()
        .items(tables.getOrDefault(request.tableName(), List.of()))
        .consumedCapacity(units -> units.capacityUnits(1.0))
        .build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
