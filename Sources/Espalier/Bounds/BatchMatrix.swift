internal import COpenBLAS
internal import NeuralNetwork

/// A batch of vectors, one per row, in plain doubles: for searching only.
struct BatchMatrix {
  let rowCount: Int
  let columnCount: Int
  /// Row-major; `count == rowCount · columnCount`.
  var elements: [Double]

  init(rowCount: Int, columnCount: Int, elements: [Double]) {
    precondition(elements.count == rowCount * columnCount, "a batch is a full matrix")
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.elements = elements
  }

  init(rowCount: Int, columnCount: Int) {
    self.init(
      rowCount: rowCount, columnCount: columnCount,
      elements: Array(repeating: 0, count: rowCount * columnCount))
  }

  init(rows: [[Double]], columnCount: Int) {
    self.init(rowCount: rows.count, columnCount: columnCount, elements: Array(rows.joined()))
  }

  subscript(i: Int, j: Int) -> Double {
    get { elements[i * columnCount + j] }
    set { elements[i * columnCount + j] = newValue }
  }

  func row(_ i: Int) -> [Double] { Array(elements[i * columnCount..<(i + 1) * columnCount]) }

  /// `X Wᵀ + b` for every row of this batch `X`.
  func applied(_ layer: Layer) -> BatchMatrix {
    var result = BatchMatrix(rowCount: rowCount, columnCount: layer.unitCount)
    for i in 0..<rowCount {
      result.elements.replaceSubrange(
        i * layer.unitCount..<(i + 1) * layer.unitCount, with: layer.biases)
    }
    multiply(layer.weights, transposed: true, into: &result)
    return result
  }

  /// `X W` for every row of this batch `X`.
  func combined(_ weights: Matrix) -> BatchMatrix {
    var result = BatchMatrix(rowCount: rowCount, columnCount: weights.columnCount)
    multiply(weights, transposed: false, into: &result)
    return result
  }

  private func multiply(_ weights: Matrix, transposed: Bool, into result: inout BatchMatrix) {
    if rowCount == 0 { return }
    let columns = Int32(result.columnCount)
    cblas_dgemm(
      CblasRowMajor, CblasNoTrans, transposed ? CblasTrans : CblasNoTrans,
      Int32(rowCount), columns, Int32(columnCount), 1, elements, Int32(columnCount),
      weights.elements, Int32(weights.columnCount), 1, &result.elements, columns)
  }
}

extension BatchMatrix {
  /// Keeps BLAS to one thread: work is spread over processes, not inside products.
  static func useOneThread() { openblas_set_num_threads(1) }
}
