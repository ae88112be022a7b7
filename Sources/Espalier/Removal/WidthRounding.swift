internal import Certificates
internal import NeuralNetwork

/// What has to stay so that layers have a multiple of some number of units.
struct WidthRounding {
  /// Units that were removed and should stay.
  private(set) var units: Set<UnitID> = []
  /// Layers whose linear units should stay as they are.
  private(set) var layers: Set<Int> = []

  var isEmpty: Bool { units.isEmpty && layers.isEmpty }

  /// What a draft should give back.
  init(_ draft: RemovalDraft, multiple: Int) {
    for layer in draft.working.layers.dropLast() where !layer.isFolded {
      let width = layer.units.count
      let missing = (multiple - width % multiple) % multiple
      guard missing > 0, width + missing <= layer.readUnitCount else { continue }
      // The last ones first: what was removed before does not depend on them.
      let removed = draft.items.reversed().compactMap(\.rewrite.unit).filter {
        $0.layer == layer.index && $0.index < layer.readUnitCount
      }
      if removed.count >= missing {
        units.formUnion(removed.prefix(missing))
      } else {
        layers.insert(layer.index)
      }
    }
  }
}
