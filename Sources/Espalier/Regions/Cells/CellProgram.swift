internal import NeuralNetwork

/// Linear programs over one closed cell, in doubles.
///
/// The cell is the box of the part cut by constraints `g x + c ≥ 0`, few of which matter for one
/// objective: rows enter when the point violates them, as in `LazyRationalSimplex`.
struct CellProgram {
  /// What stands behind a constraint.
  enum Source: Hashable, Sendable {
    /// A cut by the open unit at a place.
    case unit(Int)
    /// A row of the domain.
    case row(Int)
  }

  /// A constraint `g x + c ≥ 0`.
  struct Constraint {
    let source: Source
    /// `g`, then `c`.
    let values: [Double]
    /// How far the value at an input may be from the true one.
    let error: Double
    /// A bound on `Σ |g_t x_t| + |c|`.
    let size: Double
  }

  /// What a program says; all of it claims.
  struct Answer {
    /// An upper bound of the objective: its maximum, unless the program was stopped.
    let bound: Double
    /// Where the bound is taken, if the program was not stopped.
    let point: [Double]?
    /// The constraints that hold the objective down, with their multipliers.
    let multipliers: [(index: Int, value: Double)]
  }

  let lower: [Double]
  let upper: [Double]
  let constraints: [Constraint]

  /// The closed cell behind a list of cuts.
  init(_ network: PartNetwork, cuts: Cut?) {
    lower = network.lower
    upper = network.upper
    var constraints = network.rowConstraints
    for cut in cuts?.all ?? [] {
      let values = cut.forms.row(cut.row).map { cut.isOn ? $0 : -$0 }
      constraints.append(
        Constraint(
          source: .unit(cut.position), values: values, error: cut.forms.errors[cut.row],
          size: cut.forms.sizes[cut.row]))
    }
    self.constraints = constraints
  }

  private init(lower: [Double], upper: [Double], constraints: [Constraint]) {
    self.lower = lower
    self.upper = upper
    self.constraints = constraints
  }

  /// Maximizes `objective` (its constant last), or shows that it stays below `stop`.
  func maximize(_ objective: [Double], stop: Double = -.infinity) -> Answer? {
    var simplex = LazyFloatSimplex(self, objective: objective)
    return simplex.run(stop: stop)
  }

  /// A point deep inside the constraints.
  ///
  /// It has the largest `t` such that each is at least `t` times its norm; the box is not kept away
  /// from.
  ///
  /// - Parameter extra: A further constraint, if any.
  func deepPoint(_ extra: [Double]? = nil) -> [Double]? {
    let n = lower.count
    let rows = (constraints.map(\.values) + (extra.map { [$0] } ?? [])).map { values in
      let norm = values[..<n].reduce(0) { $0 + $1 * $1 }.squareRoot()
      return Constraint(
        source: .row(0), values: values[..<n] + [-max(norm, .leastNormalMagnitude), values[n]],
        error: 0, size: 0)
    }
    let depth = zip(lower, upper).reduce(1) { $0 + $1.1 - $1.0 }
    let program = CellProgram(lower: lower + [0], upper: upper + [depth], constraints: rows)
    var objective = [Double](repeating: 0, count: n + 2)
    objective[n] = 1
    return program.maximize(objective)?.point.map { Array($0[..<n]) }
  }

  /// True if `objective` is below 0 all over the closed cell, whatever was rounded: the multipliers
  /// of an answer, summed anew.
  ///
  /// - Parameters:
  ///   - error: How far the value of the objective at an input may be from the true one.
  ///   - size: A bound on its summands.
  func isNegative(
    _ objective: [Double], error: Double, size: Double,
    by multipliers: [(index: Int, value: Double)]
  ) -> Bool {
    let n = lower.count
    var sum = objective
    var doubt = error
    var magnitude = size
    for (index, value) in multipliers where value > 0 {
      let constraint = constraints[index]
      for t in 0...n { sum[t] += value * constraint.values[t] }
      doubt += value * constraint.error
      magnitude += value * constraint.size
    }
    var bound = sum[n]
    for t in 0..<n { bound += sum[t] > 0 ? sum[t] * upper[t] : sum[t] * lower[t] }
    let rounding = Double(multipliers.count + n + 6) * PartNetwork.unitRoundoff
    return bound + doubt + 2 * rounding * magnitude < 0
  }
}

extension PartNetwork {
  /// The rows of the domain as constraints on the inputs that count.
  var rowConstraints: [CellProgram.Constraint] {
    let underflow = underflow
    let places = Dictionary(uniqueKeysWithValues: inputs.enumerated().map { ($1, $0) })
    return domainRows.enumerated().map { index, row in
      var values = [Double](repeating: 0, count: dimension + 1)
      values[dimension] = row.bound
      var size = row.bound.magnitude
      for term in row.terms {
        if let place = places[term.input] {
          values[place] -= term.coefficient
          size += term.coefficient.magnitude * reach[place]
        } else {
          let product = term.coefficient * proved.domain.box.lower[term.input]
          values[dimension] -= product
          size += product.magnitude
        }
      }
      let rounding = Double(row.terms.count + dimension + 4) * Self.unitRoundoff
      return CellProgram.Constraint(
        source: .row(index), values: values, error: rounding * size + underflow, size: size)
    }
  }
}
