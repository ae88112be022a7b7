internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// R9: units whose output moves so little that a constant does, within the error allowed.
///
/// Units are taken by what they may change in an output, the smallest first, until the sum reaches
/// the share of the error that is left to them. The certificate has the proved sum.
enum MidpointRule {
  static func apply(to draft: inout RemovalDraft) throws(CheckFailure) {
    guard draft.options.rules.contains(.midpoint), let error = draft.options.maximumError,
      draft.errorShare > 0
    else { return }
    var left = error * draft.errorShare
    for candidate in candidates(draft).sorted(by: { $0.influence < $1.influence }) {
      guard candidate.influence <= left else { return }
      guard draft.mayLose(candidate.unit) else { continue }
      left -= candidate.influence
      let substitution = Substitution(
        unit: candidate.unit, terms: [], constant: candidate.constant)
      try draft.remove(
        .substitute(substitution), candidate.unit, .midpoint,
        reason: "moves an output by at most \(ShortNumber.text(candidate.influence))")
    }
  }

  private struct Candidate {
    let unit: UnitID
    let constant: Dyadic
    /// A bound on what the constant changes in an output, in doubles: it only orders the work.
    let influence: Double
  }

  private static func candidates(_ draft: RemovalDraft) -> [Candidate] {
    let layers = draft.working.layers
    // What a change of one output of each layer may change in the worst output of the network.
    var influence = layers.last.map { $0.units.map { _ in 1.0 } } ?? []
    var found: [Candidate] = []
    for position in layers.indices.dropLast().reversed() {
      let layer = layers[position]
      let next = layers[position + 1]
      influence = layer.units.indices.map { row in
        next.units.indices.reduce(0) {
          $0 + next.weight($1, row).magnitude.approximation * influence[$1]
        }
      }
      for row in layer.units.indices {
        let unit = UnitID(layer: layer.index, index: layer.units[row])
        guard draft.mayLose(unit) else { continue }
        let range = layer.outputRange(row)
        let middle = (range.lower + range.upper).scaled(byPowerOfTwo: -1)
        let half = (range.upper - range.lower).scaled(byPowerOfTwo: -1).approximation
        found.append(
          Candidate(
            unit: unit, constant: middle.rounded(.nearestEven, toBitCount: 53),
            influence: half * influence[row]))
      }
    }
    return found
  }
}
