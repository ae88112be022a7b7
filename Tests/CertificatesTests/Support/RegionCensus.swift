import Certificates
import ExactArithmetic
import MILP
import NeuralNetwork

/// The linear regions of a small network by trying every sign of every open unit, from the
/// definition and with no code of the search or the checker.
///
/// A pattern is taken if one exact program finds a point of the domain that has all its signs
/// strictly. A unit that is 0 all over the domain, as the units below it stand, has bit 0 and
/// asks for nothing.
struct RegionCensus {
  /// The open units in groups without common inputs, each in ascending order.
  let parts: [[UnitID]]
  /// For each part, the regions after 1, 2, … layers.
  let counts: [[Int]]
  /// The regions of all parts together, counted without parts.
  let totals: [Int]

  /// Counts the regions of the first layers.
  ///
  /// - Parameter intervals: The final intervals, which tell which units are open.
  init(_ network: Network, _ domain: InputDomain, _ intervals: [[Interval]], layerCount: Int) {
    var patterns = RegionPatterns(network, domain, intervals)
    let links = RegionLinks(network, domain, intervals, layerCount: layerCount)
    let found = (0..<layerCount).map { _ in patterns.nextLayer() }
    parts = links.parts
    totals = found.map(\.count)
    counts = links.parts.map { part in
      found.map { list in Set(list.map { $0.filter { part.contains($0.key) } }).count }
    }
  }
}

/// All patterns that are taken, layer by layer.
private struct RegionPatterns {
  /// The signs of the open units so far; on means above 0.
  typealias Pattern = [UnitID: Bool]

  /// A pattern with what is known where it is taken.
  private struct Cell {
    var pattern: Pattern
    /// Affine forms that are above 0 there.
    var positive: [[Dyadic]]
    /// The outputs of the last layer as affine forms: one coefficient per input, then a constant.
    var outputs: [[Dyadic]]
  }

  private let network: Network
  private let domain: InputDomain
  private let intervals: [[Interval]]
  private var cells: [Cell]
  private var k = 0

  init(_ network: Network, _ domain: InputDomain, _ intervals: [[Interval]]) {
    self.network = network
    self.domain = domain
    self.intervals = intervals
    let n = domain.inputCount
    let inputs = (0..<n).map { t in (0...n).map { $0 == t ? Dyadic.one : .zero } }
    cells = [Cell(pattern: [:], positive: [], outputs: inputs)]
  }

  /// The patterns after one more layer.
  mutating func nextLayer() -> [Pattern] {
    let layer = network.layers[k]
    cells = cells.flatMap { cell in
      var parts = [Cell(pattern: cell.pattern, positive: cell.positive, outputs: [])]
      for i in 0..<layer.unitCount {
        let form = Self.form(layer, i, cell.outputs)
        parts = parts.flatMap { branches(of: $0, UnitID(layer: k, index: i), form) }
      }
      return parts
    }
    k += 1
    return cells.map(\.pattern)
  }

  private func branches(of cell: Cell, _ unit: UnitID, _ form: [Dyadic]) -> [Cell] {
    let interval = intervals[unit.layer][unit.index]
    let nothing = form.map { _ in Dyadic.zero }
    func with(_ bit: Bool?, _ condition: [Dyadic]?, _ output: [Dyadic]) -> Cell {
      var copy = cell
      copy.outputs.append(output)
      copy.pattern[unit] = bit
      if let condition { copy.positive.append(condition) }
      return copy
    }
    if network.activation(of: unit) == .identity || interval.lower.signum >= 0 {
      return [with(nil, nil, form)]
    }
    if interval.upper.signum <= 0 { return [with(nil, nil, nothing)] }
    if !isTaken([form]) && !isTaken([form.map { -$0 }]) { return [with(false, nil, nothing)] }
    return [
      with(false, form.map { -$0 }, nothing), with(true, form, form),
    ].filter { isTaken($0.positive) }
  }

  private static func form(_ layer: Layer, _ i: Int, _ inputs: [[Dyadic]]) -> [Dyadic] {
    var form = inputs[0].map { _ in Dyadic.zero }
    form[form.count - 1] = Dyadic(layer.biases[i])
    for (weight, input) in zip(layer.weights.row(i), inputs) {
      for t in form.indices { form[t] += Dyadic(weight) * input[t] }
    }
    return form
  }

  /// True if all forms are above 0 somewhere on the domain: the largest `t ≤ 1` that all reach.
  private func isTaken(_ forms: [[Dyadic]]) -> Bool {
    guard !forms.isEmpty else { return true }
    let rows = forms.map { form in
      RationalRow(form.dropLast() + [Dyadic(-1)], .atLeast, -(form.last ?? .zero))
    }
    let program = RationalLP(
      lower: domain.box.lower.map { Dyadic($0) } + [.zero],
      upper: domain.box.upper.map { Dyadic($0) } + [.one],
      rows: rows
        + domain.exactRows.map { RationalRow($0.coefficients + [.zero], .atMost, $0.bound) },
      objective: domain.box.lower.map { _ in .zero } + [.one])
    guard case .optimal(let value, _, _, _) = RationalSimplex.solve(program) else { return false }
    return value.signum > 0
  }
}

/// Which open units have inputs in common.
private struct RegionLinks {
  let parts: [[UnitID]]

  init(_ network: Network, _ domain: InputDomain, _ intervals: [[Interval]], layerCount: Int) {
    let free = Set(
      domain.box.lower.indices.filter { domain.box.lower[$0] != domain.box.upper[$0] })
    var below = domain.box.lower.indices.map { free.intersection([$0]) }
    var open: [(units: Set<UnitID>, inputs: Set<Int>)] = []
    for (k, layer) in network.layers.prefix(layerCount).enumerated() {
      let reached = (0..<layer.unitCount).map { i in
        zip(layer.weights.row(i), below).reduce(into: Set<Int>()) {
          if $1.0 != 0 { $0.formUnion($1.1) }
        }
      }
      below = reached.indices.map { i in
        let isOff = intervals[k][i].upper.signum <= 0 && layer.activations[i] == .relu
        return isOff ? [] : reached[i]
      }
      for i in reached.indices
      where layer.activations[i] == .relu && intervals[k][i].lower.signum < 0
        && intervals[k][i].upper.signum > 0
      {
        open.append(([UnitID(layer: k, index: i)], reached[i]))
      }
    }
    let areAllLinked = !domain.isBox || open.contains { $0.inputs.isEmpty }
    for _ in open {
      open = open.reduce(into: []) { groups, group in
        let i = groups.firstIndex { areAllLinked || !$0.inputs.isDisjoint(with: group.inputs) }
        guard let i else { return groups.append(group) }
        groups[i].units.formUnion(group.units)
        groups[i].inputs.formUnion(group.inputs)
      }
    }
    parts = open.map { $0.units.sorted() }.sorted { $0[0] < $1[0] }
  }
}

extension InputDomain {
  /// Rows and ball as `coefficients · x ≤ bound`, one row for each vector of signs of a ball.
  var exactRows: [(coefficients: [Dyadic], bound: Dyadic)] {
    var result = rows.map { row in
      var coefficients = [Dyadic](repeating: .zero, count: inputCount)
      for term in row.terms { coefficients[term.input] = Dyadic(term.coefficient) }
      return (coefficients: coefficients, bound: Dyadic(row.bound))
    }
    guard let ball else { return result }
    for signs in 0..<1 << inputCount {
      let coefficients = (0..<inputCount).map { Dyadic(signs >> $0 & 1 == 1 ? -1 : 1) }
      let bound = zip(coefficients, ball.center).reduce(Dyadic(ball.radius)) {
        $0 + $1.0 * Dyadic($1.1)
      }
      result.append((coefficients, bound))
    }
    return result
  }
}
