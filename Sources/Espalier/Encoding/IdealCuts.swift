internal import MILP
internal import NeuralNetwork

/// Rows that cut off the point of a big-M relaxation and no input with its true values.
///
/// For an open unit `h = relu(w x + b)` with binary `δ` and inputs `x_j` in `[L_j, U_j]`, every set
/// `I` of inputs gives a valid row
///
///     h ≤ Σ_{j∈I} w_j (x_j - L̆_j (1 - δ)) + (b + Σ_{j∉I} w_j Ŭ_j) δ,
///
/// where `L̆_j`, `Ŭ_j` are the ends that minimize and maximize `w_j x_j`. All of them together
/// describe the unit on its own exactly; the one that a point violates most takes the smaller of
/// both terms for each input.
///
/// - Source: Anderson, Huchette, Tjandraatmadja and Vielma, arXiv 1811.08359, theorem 1.
struct IdealCuts {
  /// How much of a unit's upper bound a point must miss a row by.
  static let leastViolation = 1e-4
  /// Rows with larger coefficients, or smaller ones but 0, are left out.
  static let coefficients = MILPSearch.smallestCoefficient...MILPSearch.largestCoefficient

  let encoding: TriangleRelaxation

  /// The rows that a point violates most, at most `count`.
  ///
  /// - Complexity: Linear in the number of weights.
  func violated(at point: [Double], count: Int) -> [MILPRow] {
    var found: [(violation: Double, row: MILPRow)] = []
    for (k, layer) in encoding.units.enumerated() {
      for (i, entry) in layer.enumerated() where entry.binary != nil {
        if let cut = mostViolated(UnitID(layer: k, index: i), at: point) { found.append(cut) }
      }
    }
    found.sort { $0.violation > $1.violation }
    return found.prefix(count).map(\.row)
  }

  /// The row of one unit that a point violates most, if it violates any.
  private func mostViolated(
    _ unit: UnitID, at point: [Double]
  ) -> (violation: Double, row: MILPRow)? {
    let entry = encoding.units[unit.layer][unit.index]
    guard let h = entry.postactivation, let binary = entry.binary else { return nil }
    let layer = encoding.network.layers[unit.layer]
    let share = min(max(point[binary], 0), 1)
    var terms = [MILPTerm(1, column: h)]
    var factor = layer.biases[unit.index]
    var constant = 0.0
    var bound = 0.0
    for (j, weight) in layer.weights.row(unit.index).enumerated() where weight != 0 {
      guard let column = inputColumn(j, below: unit.layer) else { continue }
      let ends = encoding.columns[column]
      let least = weight * (weight > 0 ? ends.lower : ends.upper)
      let most = weight * (weight > 0 ? ends.upper : ends.lower)
      let inside = weight * point[column] - least * (1 - share)
      if inside < most * share {
        terms.append(MILPTerm(-weight, column: column))
        factor += least
        constant -= least
        bound += inside
      } else {
        factor += most
      }
    }
    let violation = point[h] - bound - (factor + constant) * share
    guard violation > Self.leastViolation * entry.upper else { return nil }
    if factor != 0 { terms.append(MILPTerm(-factor, column: binary)) }
    guard terms.allSatisfy({ Self.coefficients.contains(abs($0.coefficient)) }) else { return nil }
    return (violation / entry.upper, .atMost(constant, terms))
  }

  private func inputColumn(_ j: Int, below k: Int) -> Int? {
    k == 0 ? j : encoding.units[k - 1][j].outputColumn
  }
}
