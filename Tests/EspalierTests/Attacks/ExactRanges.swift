import ExactArithmetic
import MILP
import NeuralNetwork

/// The smallest and largest pre-activation of every unit, by enumeration of all cells in exact
/// arithmetic.
///
/// Written from the definition, with nothing of the search: the domain is cut by every unit that
/// takes both signs on a cell, layer by layer, and each unit is maximized and minimized on each
/// cell. A ball becomes one row per vector of signs.
struct ExactRanges {
  /// The range of each unit, by layer and index.
  private(set) var ranges: [[(low: Rational, high: Rational)]] = []
  /// The number of cells below the last layer.
  private(set) var cellCount = 0

  /// A part of the domain on which every unit so far is an affine form of the input.
  private struct Cell {
    var rows: [RationalRow]
    /// The outputs of the last layer that was cut: coefficients of the inputs, then the constant.
    var outputs: [[Dyadic]]
  }

  private let lower: [Dyadic]
  private let upper: [Dyadic]

  /// Enumerates the cells of a network on a domain that is not empty.
  init(_ network: Network, _ domain: InputDomain) {
    lower = domain.box.lower.map { Dyadic($0) }
    upper = domain.box.upper.map { Dyadic($0) }
    let n = domain.inputCount
    var cells = [
      Cell(
        rows: Self.rows(of: domain),
        outputs: (0..<n).map { t in (0...n).map { $0 == t ? .one : .zero } })
    ]
    for layer in network.layers {
      cellCount = cells.count
      cells = cut(cells, by: layer)
    }
  }

  private mutating func cut(_ cells: [Cell], by layer: Layer) -> [Cell] {
    var result: [Cell] = []
    var ranges = [(low: Rational, high: Rational)?](repeating: nil, count: layer.unitCount)
    for cell in cells {
      var parts = [Cell(rows: cell.rows, outputs: [])]
      for j in 0..<layer.unitCount {
        let form = Self.form(layer, j, cell.outputs)
        var next: [Cell] = []
        for part in parts {
          guard let (low, high) = range(of: form, on: part.rows) else { continue }
          ranges[j] = ranges[j].map { (min($0.low, low), max($0.high, high)) } ?? (low, high)
          next += Self.split(part, form, low, high, layer.activations[j])
        }
        parts = next
      }
      result += parts
    }
    self.ranges.append(ranges.compactMap(\.self))
    return result
  }

  /// The parts of a cell on which a unit is linear, with its output.
  private static func split(
    _ part: Cell, _ form: [Dyadic], _ low: Rational, _ high: Rational, _ activation: Activation
  ) -> [Cell] {
    let zero = form.map { _ in Dyadic.zero }
    if activation == .identity || low.signum >= 0 {
      return [Cell(rows: part.rows, outputs: part.outputs + [form])]
    }
    if high.signum <= 0 { return [Cell(rows: part.rows, outputs: part.outputs + [zero])] }
    let coefficients = Array(form.dropLast())
    let bound = -(form.last ?? .zero)
    return [
      Cell(
        rows: part.rows + [RationalRow(coefficients, .atMost, bound)],
        outputs: part.outputs + [zero]),
      Cell(
        rows: part.rows + [RationalRow(coefficients, .atLeast, bound)],
        outputs: part.outputs + [form]),
    ]
  }

  private static func form(_ layer: Layer, _ j: Int, _ inputs: [[Dyadic]]) -> [Dyadic] {
    let n = inputs[0].count - 1
    var form = [Dyadic](repeating: .zero, count: n + 1)
    form[n] = Dyadic(layer.biases[j])
    for (weight, input) in zip(layer.weights.row(j), inputs) where weight != 0 {
      for t in 0...n { form[t] += Dyadic(weight) * input[t] }
    }
    return form
  }

  /// The smallest and largest value of a form on a cell, nil if the cell is empty.
  private func range(of form: [Dyadic], on rows: [RationalRow]) -> (Rational, Rational)? {
    var ends: [Rational] = []
    for sign in [Dyadic(-1), .one] {
      let program = RationalLP(
        lower: lower, upper: upper, rows: rows, objective: form.dropLast().map { sign * $0 })
      guard case .optimal(let value, _, _, _) = RationalSimplex.solve(program) else { return nil }
      let constant = Rational(form.last ?? .zero)
      ends.append(sign == .one ? value + constant : constant - value)
    }
    return (ends[0], ends[1])
  }

  private static func rows(of domain: InputDomain) -> [RationalRow] {
    let n = domain.inputCount
    var rows = domain.rows.map { row in
      var coefficients = [Dyadic](repeating: .zero, count: n)
      for term in row.terms { coefficients[term.input] = Dyadic(term.coefficient) }
      return RationalRow(coefficients, .atMost, Dyadic(row.bound))
    }
    guard let ball = domain.ball else { return rows }
    for signs in 0..<1 << n {
      let coefficients = (0..<n).map { Dyadic(signs >> $0 & 1 == 1 ? -1 : 1) }
      let bound = zip(coefficients, ball.center).reduce(Dyadic(ball.radius)) {
        $0 + $1.0 * Dyadic($1.1)
      }
      rows.append(RationalRow(coefficients, .atMost, bound))
    }
    return rows
  }
}
