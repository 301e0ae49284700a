package io.citytally.cli.cost;

import static io.citytally.cli.cost.CostFigure.*;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How CloudFront is paid for: by use, or at a flat rate a month. A flat rate has an allowance of
 * requests and gigabytes, includes AWS WAF, and is not charged beyond its allowance.
 */
public enum CloudFrontPlan {
  PAY_AS_YOU_GO("pay-as-you-go", null, null, null),
  FREE("free", null, CLOUDFRONT_FREE_MILLION_REQUESTS, CLOUDFRONT_FREE_GB_OUT),
  PRO("pro", CLOUDFRONT_PRO_MONTH, CLOUDFRONT_PRO_MILLION_REQUESTS, CLOUDFRONT_PRO_GB_OUT),
  BUSINESS(
      "business",
      CLOUDFRONT_BUSINESS_MONTH,
      CLOUDFRONT_BUSINESS_MILLION_REQUESTS,
      CLOUDFRONT_BUSINESS_GB_OUT);

  private final String label;
  private final @Nullable CostFigure month;
  private final @Nullable CostFigure millionRequests;
  private final @Nullable CostFigure gbOut;

  CloudFrontPlan(
      String label,
      @Nullable CostFigure month,
      @Nullable CostFigure millionRequests,
      @Nullable CostFigure gbOut) {
    this.label = label;
    this.month = month;
    this.millionRequests = millionRequests;
    this.gbOut = gbOut;
  }

  /** As it stands in an option. */
  @Override
  public String toString() {
    return label;
  }

  public boolean isFlatRate() {
    return this != PAY_AS_YOU_GO;
  }

  /** The price of a month; none for what costs nothing, or is paid by use. */
  Optional<CostFigure> month() {
    return Optional.ofNullable(month);
  }

  /** Requests of a month, in millions. Only of a flat rate. */
  public CostFigure millionRequests() {
    return Objects.requireNonNull(millionRequests, label);
  }

  /** Gigabytes of a month. Only of a flat rate. */
  public CostFigure gbOut() {
    return Objects.requireNonNull(gbOut, label);
  }
}
