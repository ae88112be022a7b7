public import ExactArithmetic

/// Evaluation at a point: what a solver claims can be looked at here.
extension MILPModel {
  /// The activity of each row at a point, in doubles: for ordering and printing only.
  ///
  /// - Shapes: `point.count` is the number of columns.
  public func rowActivities(at point: [Double]) -> [Double] {
    checkShape(point.count)
    return rows.map { row in
      row.terms.reduce(0) { $0 + $1.coefficient * point[$1.column] }
    }
  }

  /// The activity of each row at a point, exactly.
  ///
  /// - Shapes: `point.count` is the number of columns.
  public func exactRowActivities(at point: [Dyadic]) -> [Dyadic] {
    checkShape(point.count)
    return rows.map { row in
      row.terms.reduce(.zero) { $0 + Dyadic($1.coefficient) * point[$1.column] }
    }
  }

  /// The objective value at a point, in doubles: for ordering and printing only.
  public func objectiveValue(at point: [Double]) -> Double {
    checkShape(point.count)
    return zip(objective, point).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// The objective value at a point, exactly.
  public func exactObjectiveValue(at point: [Dyadic]) -> Dyadic {
    checkShape(point.count)
    return zip(objective, point).reduce(.zero) { $0 + Dyadic($1.0) * $1.1 }
  }

  /// True if the point meets every bound, every row and every integrality exactly.
  public func isExactlyFeasible(_ point: [Dyadic]) -> Bool {
    checkShape(point.count)
    let meetsColumns = zip(columns, point).allSatisfy { column, value in
      Dyadic(column.lower) <= value && value <= Dyadic(column.upper)
        && (!column.isInteger || value.isZero || value.exponent >= 0)
    }
    guard meetsColumns else { return false }
    return zip(rows, exactRowActivities(at: point)).allSatisfy { row, activity in
      (row.lower == -.infinity || Dyadic(row.lower) <= activity)
        && (row.upper == .infinity || activity <= Dyadic(row.upper))
    }
  }

  /// The largest amount by which the point misses a bound, a row or integrality, in doubles.
  public func largestViolation(at point: [Double]) -> Double {
    var violation = 0.0
    for (column, value) in zip(columns, point) {
      violation = max(violation, column.lower - value, value - column.upper)
      if column.isInteger { violation = max(violation, abs(value - value.rounded())) }
    }
    for (row, activity) in zip(rows, rowActivities(at: point)) {
      violation = max(violation, row.lower - activity, activity - row.upper)
    }
    return violation
  }

  private func checkShape(_ count: Int) {
    precondition(
      count == columns.count, "a point of \(count) values for \(columns.count) columns")
  }
}
