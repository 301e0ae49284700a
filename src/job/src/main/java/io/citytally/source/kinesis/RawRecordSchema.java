package io.citytally.source.kinesis;

import io.citytally.source.RawRecord;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.connectors.kinesis.serialization.KinesisDeserializationSchema;

/** Hands each record on as the stream delivered it. */
final class RawRecordSchema implements KinesisDeserializationSchema<RawRecord> {

  private static final long serialVersionUID = 1L;

  static final TypeInformation<RawRecord> TYPE = Types.POJO(RawRecord.class);

  @Override
  public RawRecord deserialize(
      byte[] payload,
      String partitionKey,
      String sequenceNumber,
      long arrivedAtMillis,
      String stream,
      String shard) {
    return new RawRecord(payload, shard, sequenceNumber, arrivedAtMillis);
  }

  @Override
  public TypeInformation<RawRecord> getProducedType() {
    return TYPE;
  }
}
