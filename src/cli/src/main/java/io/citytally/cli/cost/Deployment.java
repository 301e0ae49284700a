package io.citytally.cli.cost;

import io.citytally.vote.SourceKind;

/** What a city chooses on AWS, as far as it is billed. */
public final class Deployment {

  /** Shards as the load needs them. */
  public static final int SHARDS_BY_LOAD = 0;

  /** As {@code deploy} makes it where nothing else is asked for. */
  public static final Deployment USUAL =
      new Deployment(
          SourceKind.KINESIS,
          StreamMode.ON_DEMAND,
          SHARDS_BY_LOAD,
          CloudFrontPlan.PAY_AS_YOU_GO,
          false);

  private final SourceKind source;
  private final StreamMode stream;
  private final int shards;
  private final CloudFrontPlan plan;
  private final boolean waf;

  /**
   * @param stream only for {@link SourceKind#KINESIS}
   * @param shards the least of a provisioned stream, or {@link #SHARDS_BY_LOAD}
   * @param waf whether there is a web ACL, which a flat rate includes
   */
  public Deployment(
      SourceKind source, StreamMode stream, int shards, CloudFrontPlan plan, boolean waf) {
    this.source = source;
    this.stream = stream;
    this.shards = shards;
    this.plan = plan;
    this.waf = waf;
  }

  public SourceKind source() {
    return source;
  }

  public StreamMode stream() {
    return stream;
  }

  public int shards() {
    return shards;
  }

  public CloudFrontPlan plan() {
    return plan;
  }

  public boolean waf() {
    return waf;
  }
}
