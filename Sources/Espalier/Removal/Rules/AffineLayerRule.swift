internal import Certificates

/// R6: layers that cut nothing off, where one matrix is smaller than two.
enum AffineLayerRule {
  static func apply(to draft: inout RemovalDraft) throws(CheckFailure) {
    guard draft.options.rules.contains(.affineLayer) else { return }
    for layer in draft.working.layers.dropLast() {
      guard let position = draft.working.position(ofLayer: layer.index),
        draft.mayChange(position: position)
      else { continue }
      let current = draft.working.layers[position]
      guard current.units.indices.allSatisfy({ current.isLinear($0) }) else { continue }
      try draft.applyIfSmaller(
        [(.foldLayer(layer.index), "every unit of the layer is affine")], .affineLayer)
    }
  }
}
