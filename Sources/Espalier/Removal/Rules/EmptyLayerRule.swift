internal import Certificates

/// R7: a network with a layer that has no unit left is a constant.
enum EmptyLayerRule {
  static func apply(to draft: inout RemovalDraft) throws(CheckFailure) {
    guard let empty = draft.working.layers.first(where: { $0.units.isEmpty }) else { return }
    try draft.apply(.makeConstant(empty.index), .emptyLayer, reason: "no unit of the layer is left")
  }
}
