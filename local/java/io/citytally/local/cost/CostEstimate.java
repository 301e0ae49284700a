package io.citytally.local.cost;

import io.citytally.ops.BilledPeriod;
import io.citytally.ops.CostFigures;
import io.citytally.ops.CostModel;
import io.citytally.ops.Deployment;
import io.citytally.ops.Workload;

/** What an estimate is made from. */
record CostEstimate(
    Workload workload, CostFigures figures, Deployment deployment, BilledPeriod period) {

  CostModel model() {
    return model(deployment);
  }

  /** The same city, deployed in another way. */
  CostModel model(Deployment other) {
    return new CostModel(workload, figures, other, period);
  }
}
