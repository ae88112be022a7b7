internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// R5, backward: all the next layer needs of the linear units of a layer is the product of two
/// matrices, and as many units as that has rank hand it on.
///
/// The product `P = W_next[:,A] W_A` is factorized in two ways, of which the smaller one counts: by a
/// basis of its rows (one new unit for each; with full rank these are plain copies of what the next
/// units read), or by the inputs that it reads (one new unit for each).
enum LinearRule {
  private typealias Steps = [(rewrite: Rewrite, reason: String)]

  static func apply(to draft: inout RemovalDraft) throws(CheckFailure) {
    guard draft.options.rules.contains(.linear) else { return }
    for position in draft.working.layers.indices.dropLast().reversed()
    where draft.mayChange(position: position)
      && !draft.undivided.contains(draft.working.layers[position].index)
    {
      var best: (draft: RemovalDraft, saved: Int)?
      for steps in try candidates(draft, position: position) {
        var trial = draft
        let saved = try trial.applyIfSmaller(steps, .linear)
        if trial.items.count > draft.items.count, saved > best?.saved ?? -1 {
          best = (trial, saved)
        }
      }
      if let best { draft = best.draft }
    }
  }

  private static func candidates(
    _ draft: RemovalDraft, position: Int
  ) throws(CheckFailure) -> [Steps] {
    let plain = try replacements(draft, position: position, after: [])
    guard draft.options.rules.contains(.proportional) else { return plain }
    let splits = ProportionalRule.opposites(in: draft, position: position)
    return splits.isEmpty
      ? plain : plain + (try replacements(draft, position: position, after: splits))
  }

  /// The replacements of the linear units that there are after some steps.
  private static func replacements(
    _ draft: RemovalDraft, position: Int, after steps: Steps
  ) throws(CheckFailure) -> [Steps] {
    var working = draft.working
    for step in steps { try working.apply(step.rewrite, at: "$.pruning.rewrites") }
    let layer = working.layers[position]
    let rows = layer.units.indices.filter { row in
      layer.isLinear(row) && draft.mayLose(UnitID(layer: layer.index, index: layer.units[row]))
    }
    guard !rows.isEmpty, mayHaveLowerRank(rows, position, working) else { return [] }
    let product = LinearProduct(of: rows, atPosition: position, in: working)
    let inputs = product.usedInputs
    let analysis = LinearDependence(of: product.rows)
    let next = working.layers[position + 1].units
    let mix = analysis.dependences.compactMap { dependence in
      product.rows[dependence.row].allSatisfy(\.isZero)
        ? nil
        : LinearReplacement.Mix(unit: next[dependence.row], weights: dependence.coefficients)
    }
    let forms: [(form: LinearReplacement.Form, rows: [[Dyadic]])] = [
      (
        .rows(analysis.basis.map { next[$0] }, mix: mix), analysis.basis.map { product.rows[$0] }
      ),
      (
        .inputs,
        inputs.map { t in (0..<layer.inputCount).map { $0 == t ? Dyadic.one : .zero } }
      ),
    ]
    let ranges = working.inputRanges(ofPosition: position)
    let least = draft.mayBecomeConstant || rows.count < layer.units.count ? 0 : 1
    return forms.filter { (least...rows.count).contains($0.rows.count) }.map { form, newRows in
      let replacement = LinearReplacement(
        layer: layer.index, units: rows.map { layer.units[$0] }, form: form,
        shifts: newRows.map { shift(of: $0, ranges, layer, draft.scalarType) })
      let reason = "\(rows.count) linear units by \(newRows.count)"
      return steps + [(.replaceLinear(replacement), reason)]
    }
  }

  /// The smallest bias, in stored numbers, with which a new unit is never cut off.
  private static func shift(
    of row: [Dyadic], _ ranges: [Interval], _ layer: WorkingLayer, _ type: ScalarType
  ) -> Dyadic {
    guard layer.activationOfNewUnits == .relu else { return .zero }
    var form = WorkingForm(inputCount: row.count)
    form.coefficients = row
    let lowest = form.range(over: ranges).lower
    return lowest.signum >= 0 ? .zero : (-lowest).rounded(.up, toBitCount: type.precision)
  }

  /// False if the product has a rank as large as there are units, for certain.
  private static func mayHaveLowerRank(
    _ rows: [Int], _ position: Int, _ working: WorkingNetwork
  ) -> Bool {
    let layer = working.layers[position]
    let next = working.layers[position + 1]
    if rows.count > next.units.count || rows.count > layer.inputCount { return true }
    let readings = rows.map { next.column($0) }
    return !LinearDependence.isIndependent(readings)
      || !LinearDependence.isIndependent(rows.map { layer.row($0) })
  }
}
