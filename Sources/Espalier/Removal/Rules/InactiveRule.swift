internal import Certificates
internal import NeuralNetwork

/// R1 and R2, forward: units whose output is one proved value.
enum InactiveRule {
  static func apply(to draft: inout RemovalDraft) throws(CheckFailure) {
    for layer in draft.working.layers.dropLast() {
      for row in layer.units.indices {
        let unit = UnitID(layer: layer.index, index: layer.units[row])
        guard draft.mayLose(unit) else { continue }
        let range = layer.ranges[row]
        if layer.activations[row] == .relu && range.upper.signum <= 0 {
          guard draft.options.rules.contains(.inactive) else { continue }
          try draft.remove(.removeInactive(unit), unit, .inactive, reason: "stably inactive")
        } else if range.isPoint, draft.options.rules.contains(.constant) {
          try draft.remove(
            .foldConstant(unit), unit, .constant,
            reason: "constant \(range.lower.approximation)")
        }
      }
    }
  }
}
