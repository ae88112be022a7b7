/// A dense matrix of doubles, row by row.
public struct Matrix: Hashable, Sendable {
  /// The number of rows.
  public let rowCount: Int
  /// The number of columns.
  public let columnCount: Int
  /// The entries, row-major; `count == rowCount · columnCount`.
  public let elements: [Double]

  /// A matrix from its entries in row-major order.
  ///
  /// - Precondition: `elements.count == rowCount · columnCount`.
  public init(rowCount: Int, columnCount: Int, elements: [Double]) {
    precondition(
      elements.count == rowCount * columnCount,
      "\(rowCount) x \(columnCount) entries expected, \(elements.count) found")
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.elements = elements
  }

  /// A matrix from its rows, all of one length.
  public init(rows: [[Double]]) {
    let columnCount = rows.first?.count ?? 0
    precondition(rows.allSatisfy { $0.count == columnCount }, "rows differ in length")
    self.init(rowCount: rows.count, columnCount: columnCount, elements: Array(rows.joined()))
  }

  /// The entry in row `i` and column `j`.
  public subscript(i: Int, j: Int) -> Double { elements[i * columnCount + j] }

  /// The entries of row `i`.
  public func row(_ i: Int) -> ArraySlice<Double> {
    elements[i * columnCount..<(i + 1) * columnCount]
  }

  /// The submatrix of the given rows and columns, in the given order.
  public func selecting(rows: [Int], columns: [Int]) -> Matrix {
    var selected: [Double] = []
    selected.reserveCapacity(rows.count * columns.count)
    for i in rows {
      for j in columns { selected.append(self[i, j]) }
    }
    return Matrix(rowCount: rows.count, columnCount: columns.count, elements: selected)
  }

  /// The transposed matrix.
  public var transposed: Matrix {
    var flipped = [Double](repeating: 0, count: elements.count)
    for i in 0..<rowCount {
      for j in 0..<columnCount { flipped[j * rowCount + i] = elements[i * columnCount + j] }
    }
    return Matrix(rowCount: columnCount, columnCount: rowCount, elements: flipped)
  }
}
