internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// R8: units whose rows and biases are multiples of those of another unit.
///
/// A positive multiple is merged. Of two relu units that are negative multiples of each other one is
/// freed by `relu(-t) = relu(t) - t`, which needs a linear unit for `t`; that pays where R5 replaces
/// the linear units anyway, so R5 asks for it.
enum ProportionalRule {
  /// Units of one direction.
  private struct Group {
    /// The unit that stays, and those that are positive multiples of it.
    var same: [(row: Int, ratio: Dyadic)] = []
    /// Those that are negative multiples of it.
    var opposite: [(row: Int, ratio: Dyadic)] = []
  }

  static func apply(to draft: inout RemovalDraft) throws(CheckFailure) {
    guard draft.options.rules.contains(.proportional) else { return }
    for position in draft.working.layers.indices.dropLast()
    where draft.mayChange(position: position) {
      let layer = draft.working.layers[position]
      for group in groups(of: layer) {
        for units in [group.same, group.opposite] {
          // A unit that is never cut off does not stand for one that is, nor the other way round.
          let (linear, bent) = units.partitioned { layer.isLinear($0.row) }
          try merge(linear, layer, &draft)
          try merge(bent, layer, &draft)
        }
      }
    }
  }

  /// Merges units into the first one of the list.
  private static func merge(
    _ units: [(row: Int, ratio: Dyadic)], _ layer: WorkingLayer, _ draft: inout RemovalDraft
  ) throws(CheckFailure) {
    guard let first = units.first else { return }
    for other in units.dropFirst() {
      let unit = UnitID(layer: layer.index, index: layer.units[other.row])
      guard draft.mayLose(unit) else { continue }
      let ratio = other.ratio.quotient(by: first.ratio)
      try draft.applyIfSmaller(
        [
          (
            .substitute(
              Substitution(
                unit: unit, terms: [.init(index: layer.units[first.row], value: ratio)],
                constant: .zero)),
            "a multiple of unit \(layer.units[first.row])"
          )
        ], .proportional)
    }
  }

  /// The steps that free one relu unit of each pair of opposite ones, at the price of linear units.
  static func opposites(
    in draft: RemovalDraft, position: Int
  ) -> [(rewrite: Rewrite, reason: String)] {
    let layer = draft.working.layers[position]
    guard layer.activationOfNewUnits == .relu else { return [] }
    var steps: [(rewrite: Rewrite, reason: String)] = []
    var added = layer.readUnitCount + layer.newUnitCount
    for group in groups(of: layer) {
      guard let kept = group.same.first, let freed = group.opposite.first,
        !layer.isLinear(kept.row), !layer.isLinear(freed.row)
      else { continue }
      let unit = UnitID(layer: layer.index, index: layer.units[freed.row])
      guard draft.mayLose(unit) else { continue }
      let twin = layer.units[kept.row]
      let ratio = -freed.ratio.quotient(by: kept.ratio)
      let shift = (-layer.ranges[kept.row].lower).rounded(
        .up, toBitCount: draft.scalarType.precision)
      steps.append(
        (
          .addLinear(UnitID(layer: layer.index, index: twin), shift: shift),
          "unit \(twin) without its cut"
        ))
      let substitution = Substitution(
        unit: unit, terms: [.init(index: twin, value: ratio), .init(index: added, value: -ratio)],
        constant: ratio * shift)
      steps.append((.substitute(substitution), "opposite to unit \(twin)"))
      added += 1
    }
    return steps
  }

  /// Groups of at least two units.
  private static func groups(of layer: WorkingLayer) -> [Group] {
    func form(_ row: Int) -> [Dyadic] { layer.row(row) + [layer.biases[row]] }
    let factors = Residue.sequence(count: layer.inputCount + 1)
    var byDirection: [Direction: [Int]] = [:]
    var order: [Direction] = []
    for row in layer.units.indices {
      guard let direction = Direction(form(row), factors) else { continue }
      if byDirection[direction] == nil { order.append(direction) }
      byDirection[direction, default: []].append(row)
    }
    return order.compactMap { direction in
      guard let rows = byDirection[direction], rows.count > 1 else { return nil }
      return group(rows.map { ($0, form($0)) }, first: direction.first)
    }
  }

  private static func group(_ rows: [(row: Int, form: [Dyadic])], first: Int) -> Group? {
    let leader = rows[0].form
    var group = Group(same: [(rows[0].row, leader[first].magnitude)])
    for (row, form) in rows.dropFirst() {
      let isMultiple = zip(form, leader).allSatisfy { $0 * leader[first] == $1 * form[first] }
      guard isMultiple else { continue }
      if form[first].signum == leader[first].signum {
        group.same.append((row, form[first].magnitude))
      } else {
        group.opposite.append((row, -form[first].magnitude))
      }
    }
    return group.same.count + group.opposite.count > 1 ? group : nil
  }

  /// What two proportional forms have in common.
  private struct Direction: Hashable {
    /// The first place with a number that is not 0.
    let first: Int
    /// A sum of the form's residues, as a multiple of that number.
    let residue: UInt64

    /// The direction of a form whose weights are not all 0.
    init?(_ form: [Dyadic], _ factors: [UInt64]) {
      guard let first = form.dropLast().firstIndex(where: { !$0.isZero }) else { return nil }
      let leading = Residue.of(form[first])
      guard leading != 0 else { return nil }
      self.first = first
      let sum = zip(form, factors).reduce(UInt64(0)) {
        $1.0.isZero ? $0 : Residue.add($0, Residue.multiply(Residue.of($1.0), $1.1))
      }
      residue = Residue.multiply(sum, Residue.inverse(leading))
    }
  }
}
