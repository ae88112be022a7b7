internal import ExactArithmetic
internal import NeuralNetwork

/// The first layers of a network as boxes need them: flat, with what bounds errors of summation.
struct BoxNetwork: Sendable {
  /// One layer: where its entries begin, and how many there are.
  struct LayerPlace: Sendable {
    let unitCount: Int
    /// The inputs of the layer that count.
    let inputCount: Int
    /// Its first unit among all units.
    let firstUnit: Int
    /// Its first weight among all weights.
    let firstWeight: Int
    /// The top of its biases; nil if all are zero.
    let biasTop: Int?
  }

  let places: [LayerPlace]
  let biases: [Double]
  /// The weights of all layers, one row per unit.
  let rows: [Double]
  /// The positive and the negative parts of the weights, one row per input.
  let positive: [Double]
  let negative: [Double]
  /// For each unit, the sum of the magnitudes of its weights, and the largest one, in doubles.
  let magnitudes: [Double]
  let largest: [Double]

  /// - Parameter varying: The inputs of the network that count.
  init(_ layers: ArraySlice<Layer>, varying: [Int]) {
    var places: [LayerPlace] = []
    var (biases, rows, positive, negative): ([Double], [Double], [Double], [Double]) =
      ([], [], [], [])
    var (magnitudes, largest): ([Double], [Double]) = ([], [])
    for (k, layer) in layers.enumerated() {
      let columns = k == 0 ? varying : Array(0..<layer.inputCount)
      let matrix = layer.weights.selecting(rows: Array(0..<layer.unitCount), columns: columns)
      places.append(
        LayerPlace(
          unitCount: layer.unitCount, inputCount: columns.count, firstUnit: biases.count,
          firstWeight: rows.count, biasTop: top(of: layer.biases.map { Dyadic($0) })))
      biases += layer.biases
      rows += matrix.elements
      let flipped = matrix.transposed.elements
      positive += flipped.map { max($0, 0) }
      negative += flipped.map { min($0, 0) }
      for i in 0..<layer.unitCount {
        magnitudes.append(matrix.row(i).reduce(0) { $0 + abs($1) })
        largest.append(matrix.row(i).reduce(0) { max($0, abs($1)) })
      }
    }
    self.places = places
    (self.biases, self.rows) = (biases, rows)
    (self.positive, self.negative) = (positive, negative)
    (self.magnitudes, self.largest) = (magnitudes, largest)
  }

  /// A weight of a layer, exactly.
  func weight(_ place: LayerPlace, _ i: Int, _ t: Int) -> Double {
    rows[place.firstWeight + i * place.inputCount + t]
  }
}
