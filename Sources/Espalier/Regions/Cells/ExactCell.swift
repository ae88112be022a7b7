internal import Certificates
internal import ExactArithmetic
internal import MILP
internal import NeuralNetwork

/// Questions about one cell that are answered in exact arithmetic, ties included.
struct ExactCell {
  private let network: PartNetwork
  private let forms: ExactForms
  /// The cuts, the last first.
  private let cuts: [Cut]
  /// Asked before every pivot: with many inputs a program may take long.
  private let shouldStop: () -> Bool

  /// The closed cell behind a list of cuts.
  ///
  /// - Parameter shouldStop: Once it says so, answers mean nothing.
  init(
    _ network: PartNetwork, forms: ExactForms, cuts: Cut?,
    shouldStop: @escaping () -> Bool = { false }
  ) {
    self.network = network
    self.forms = forms
    self.cuts = cuts?.all ?? []
    self.shouldStop = shouldStop
  }

  /// The exact multipliers that hold `s z` of a unit down, and the largest value.
  struct Maximum {
    let value: Rational
    /// One multiplier, at least 0, per constraint: the rows of the domain, then the cuts.
    let multipliers: [Rational]
  }

  /// What a unit does; unknown only if it was stopped.
  func side(layer k: Int, row i: Int) -> CellSide {
    guard let highest = maximum(layer: k, row: i, isOn: true),
      let lowest = maximum(layer: k, row: i, isOn: false)
    else { return .unknown }
    switch (lowest.value.signum > 0, highest.value.signum > 0) {
    case (true, true): return .touching
    case (true, false): return .off
    case (false, true): return .on
    case (false, false): return .zero
    }
  }

  /// The largest value of `z`, or of `-z`, on the closed cell.
  ///
  /// - Precondition: The cell is not empty.
  /// - Returns: nil only if it was stopped.
  func maximum(layer k: Int, row i: Int, isOn: Bool) -> Maximum? {
    let form = forms.layers[k][i].scaled(by: isOn ? .one : Dyadic(-1))
    let program = RationalLP(
      lower: network.proved.domain.box.lower.map { Dyadic($0) },
      upper: network.proved.domain.box.upper.map { Dyadic($0) }, rows: rows,
      objective: form.coefficients)
    guard let outcome = LazyRationalSimplex.solve(program, shouldStop: shouldStop) else {
      return nil
    }
    guard case .optimal(let value, _, let duals, _) = outcome else {
      preconditionFailure("a cell of a region tree is empty: its path was decided wrongly")
    }
    return Maximum(
      value: value + Rational(form.constant), multipliers: duals.map { $0.signum < 0 ? -$0 : $0 })
  }

  /// True if some input of the half-open cell has `z > 0`, or `z ≤ 0`: cuts on which units are on
  /// are strict, those on which they are off are not.
  func isTaken(layer k: Int, row i: Int, isOn: Bool) -> Bool {
    let n = network.proved.domain.inputCount
    let isStrict = network.domainRows.map { _ in false } + cuts.map(\.isOn) + [isOn]
    let form = forms.layers[k][i].scaled(by: isOn ? .one : Dyadic(-1))
    let all = rows + [RationalRow(form.coefficients, .atLeast, -form.constant)]
    let box = network.proved.domain.box
    let program = RationalLP(
      lower: box.lower.map { Dyadic($0) } + [.zero],
      upper: box.upper.map { Dyadic($0) } + [.one],
      rows: zip(all, isStrict).map { row, isStrict in
        RationalRow(
          row.coefficients + [isStrict ? Dyadic(-1) : .zero], row.relation, row.rightSide)
      }, objective: [Dyadic](repeating: .zero, count: n) + [.one])
    guard
      case .optimal(let depth, _, _, _) = LazyRationalSimplex.solve(program, shouldStop: shouldStop)
    else {
      return false
    }
    return depth.signum > 0
  }

  /// A point at which every unit with a phase has its sign, as far from 0 as an exact program finds
  /// it; nil if there is none.
  ///
  /// Cuts alone are not enough: a unit that is positive all over the cell may be 0 on its edge.
  func innerPoint(_ phases: [UnitPhase]) -> [Rational]? {
    let box = network.proved.domain.box
    let n = box.lower.count
    var constraints = rows.prefix(network.domainRows.count).map { row in
      RationalRow(row.coefficients + [.zero], row.relation, row.rightSide)
    }
    for (k, layer) in network.layers.enumerated() {
      for i in layer.openRows {
        guard let position = layer.rows[i].position, phases[position] != .zero,
          phases[position] != .open
        else { continue }
        let form = forms.layers[k][i].scaled(by: phases[position].isOn ? .one : Dyadic(-1))
        constraints.append(
          RationalRow(form.coefficients + [Dyadic(-1)], .atLeast, -form.constant))
      }
    }
    let program = RationalLP(
      lower: box.lower.map { Dyadic($0) } + [.zero], upper: box.upper.map { Dyadic($0) } + [.one],
      rows: constraints, objective: [Dyadic](repeating: .zero, count: n) + [.one])
    guard
      case .optimal(let depth, let point, _, _) = LazyRationalSimplex.solve(
        program, shouldStop: shouldStop),
      depth.signum > 0
    else { return nil }
    return Array(point[..<n])
  }

  /// The rows of the domain, then the cuts.
  private var rows: [RationalRow] {
    let n = network.proved.domain.inputCount
    let domainRows = network.domainRows.map { row in
      var coefficients = [Dyadic](repeating: .zero, count: n)
      for term in row.terms { coefficients[term.input] = Dyadic(term.coefficient) }
      return RationalRow(coefficients, .atMost, Dyadic(row.bound))
    }
    return domainRows
      + cuts.map { cut in
        let form = forms.layers[cut.layer][cut.row].scaled(by: cut.isOn ? .one : Dyadic(-1))
        return RationalRow(form.coefficients, .atLeast, -form.constant)
      }
  }
}
