internal import ExactArithmetic
internal import NeuralNetwork

/// The pre-activations on one region after another, as exact forms of the free inputs.
///
/// A layer is computed anew only if the phases below it changed, so regions should come in the
/// order of their tree.
struct PrefixForms {
  private let maps: RegionMaps
  private let weights: [[(row: [(column: Int, weight: Dyadic)], bias: Dyadic)]]
  private var layers: [[AffineForm]] = []
  private var phases: [UnitPhase] = []

  init(_ maps: RegionMaps) {
    self.maps = maps
    weights = maps.network.layers.map { layer in
      (0..<layer.unitCount).map { i in
        let row = layer.weights.row(i).enumerated().filter { $1 != 0 }
        return (row.map { ($0, Dyadic($1)) }, Dyadic(layer.biases[i]))
      }
    }
  }

  /// Goes to a region.
  mutating func move(to phases: [UnitPhase]) {
    let change = zip(self.phases, phases).enumerated().first { $1.0.isOn != $1.1.isOn }
    if let change { layers.removeSubrange((maps.units[change.offset].layer + 1)...) }
    self.phases = phases
    if layers.isEmpty { layers.append(first) }
    for k in layers.count..<max(layers.count, weights.count) { layers.append(forms(layer: k)) }
  }

  /// The form of a unit.
  subscript(unit: UnitID) -> AffineForm { layers[unit.layer][unit.index] }

  /// The forms of the outputs.
  var outputs: [AffineForm] {
    let top = layers.count - 1
    return layers[top].enumerated().map { i, form in
      maps.roles[top][i].isOn(phases) ? form : AffineForm(columnCount: maps.freeInputs.count)
    }
  }

  private var first: [AffineForm] {
    let lower = maps.domain.box.lower
    let places = Dictionary(uniqueKeysWithValues: maps.freeInputs.enumerated().map { ($1, $0) })
    return weights[0].map { row, bias in
      var form = AffineForm(columnCount: places.count)
      form.constant = bias
      for (input, weight) in row {
        if let place = places[input] {
          form.coefficients[place] = weight
        } else {
          form.constant += weight * Dyadic(lower[input])
        }
      }
      return form
    }
  }

  private func forms(layer k: Int) -> [AffineForm] {
    weights[k].map { row, bias in
      var form = AffineForm(columnCount: maps.freeInputs.count)
      form.constant = bias
      for (j, weight) in row where maps.roles[k - 1][j].isOn(phases) {
        form.add(layers[k - 1][j], times: weight)
      }
      return form
    }
  }
}
