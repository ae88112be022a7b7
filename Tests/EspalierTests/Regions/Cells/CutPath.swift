import NeuralNetwork
import TestSupport

@testable import Certificates
@testable import Espalier

/// A cell of a cut network after some of its units, with what exact programs say of the next one.
struct CutPath {
  /// A cell, and a unit that has not cut it.
  struct Place {
    let cuts: Cut?
    let row: Int
    let side: CellSide
    let cell: ExactCell
  }

  let sample: CutNetwork
  private(set) var places: [Place] = []

  /// Goes down one path of the tree, each time to a random side.
  init(_ sample: CutNetwork, seed: UInt64) {
    self.sample = sample
    var generator = SplitMix64(seed: seed)
    let layer = sample.network.layers.count - 1
    var cuts: Cut?
    for row in sample.rows {
      let cell = ExactCell(sample.network, forms: sample.exact, cuts: cuts)
      let side = cell.side(layer: layer, row: row)
      places.append(Place(cuts: cuts, row: row, side: side, cell: cell))
      guard side == .touching else { continue }
      cuts = Cut(
        cuts, forms: sample.forms, row: row, layer: layer, position: row,
        isOn: Bool.random(using: &generator))
    }
  }

  /// The layer of the units.
  var layer: Int { sample.network.layers.count - 1 }

  /// The numbers of `z`, or of `-z`, of a unit.
  func objective(_ row: Int, isOn: Bool) -> [Double] {
    sample.forms.row(row).map { isOn ? $0 : -$0 }
  }
}
