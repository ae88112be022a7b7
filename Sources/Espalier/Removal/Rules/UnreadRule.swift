internal import Certificates
internal import NeuralNetwork

/// R3, backward, so that one pass is a fixpoint.
enum UnreadRule {
  static func apply(to draft: inout RemovalDraft) throws(CheckFailure) {
    guard draft.options.rules.contains(.unread) else { return }
    for position in stride(from: draft.working.layers.count - 2, through: 0, by: -1) {
      for row in draft.working.layers[position].units.indices.reversed()
      where !draft.working.layers[position + 1].reads(column: row) {
        let layer = draft.working.layers[position]
        let unit = UnitID(layer: layer.index, index: layer.units[row])
        guard draft.mayLose(unit) else { continue }
        try draft.remove(
          .removeUnread(unit), unit, .unread, reason: "no weight of the next layer reads it")
      }
    }
  }
}
