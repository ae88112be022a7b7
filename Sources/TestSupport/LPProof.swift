public import MILP

/// Evaluates what row multipliers prove, in doubles and by the definitions of `LPOutcome`.
public enum LPProof {
  /// The bound of the objective that the duals prove, in the sense of the model; infinite if a
  /// dual leans on a side of a row that has no bound.
  public static func bound(_ model: MILPModel, duals: [Double]) -> Double {
    switch model.sense {
    case .maximize: upperBound(model, model.objective, duals)
    case .minimize: -upperBound(model, model.objective.map { -$0 }, duals.map { -$0 })
    }
  }

  /// The left side of the inequality of a ray: a negative number proves that there is no point.
  public static func infeasibility(_ model: MILPModel, ray: [Double]) -> Double {
    upperBound(model, [Double](repeating: 0, count: model.columns.count), ray)
  }

  /// `Σ_i max y_i r_i + Σ_t max (c - yA)_t x_t`.
  private static func upperBound(
    _ model: MILPModel, _ objective: [Double], _ duals: [Double]
  ) -> Double {
    var rest = objective
    var bound = 0.0
    for (row, dual) in zip(model.rows, duals) where dual != 0 {
      bound += dual > 0 ? dual * row.upper : dual * row.lower
      for term in row.terms { rest[term.column] -= dual * term.coefficient }
    }
    for (column, cost) in zip(model.columns, rest) {
      bound += max(cost * column.lower, cost * column.upper)
    }
    return bound
  }
}
