internal import CBCShim
internal import MILP

/// A model in the arrays that the shim reads, its objective minimized.
struct ForeignModel: ~Copyable {
  private let columnCount: Int32
  private let rowCount: Int32
  private let columnLower: ForeignArray<Double>
  private let columnUpper: ForeignArray<Double>
  private let objective: ForeignArray<Double>
  private let isInteger: ForeignArray<UInt8>
  private let rowLower: ForeignArray<Double>
  private let rowUpper: ForeignArray<Double>
  private let rowStarts: ForeignArray<Int32>
  private let indices: ForeignArray<Int32>
  private let values: ForeignArray<Double>

  /// Copies the model.
  init(_ model: MILPModel) {
    let terms = model.rows.flatMap(\.terms)
    var starts: [Int32] = [0]
    for row in model.rows { starts.append((starts.last ?? 0) + Int32(row.terms.count)) }
    columnCount = Int32(model.columns.count)
    rowCount = Int32(model.rows.count)
    columnLower = ForeignArray(model.columns.map(\.lower))
    columnUpper = ForeignArray(model.columns.map(\.upper))
    objective = ForeignArray(model.sense.minimized(model.objective))
    isInteger = ForeignArray(model.columns.map { $0.isInteger ? 1 : 0 })
    rowLower = ForeignArray(model.rows.map(\.lower))
    rowUpper = ForeignArray(model.rows.map(\.upper))
    rowStarts = ForeignArray(starts)
    indices = ForeignArray(terms.map { Int32($0.column) })
    values = ForeignArray(terms.map(\.coefficient))
  }

  /// Lends the model to a C call; the pointer is valid inside `body` only.
  borrowing func lend<Result>(to body: (UnsafePointer<esp_model>) -> Result) -> Result {
    let model = unsafe esp_model(
      column_count: columnCount, row_count: rowCount, column_lower: columnLower.address,
      column_upper: columnUpper.address, objective: objective.address,
      is_integer: isInteger.address, row_lower: rowLower.address, row_upper: rowUpper.address,
      row_starts: rowStarts.address, indices: indices.address, values: values.address)
    return unsafe withUnsafePointer(to: model, body)
  }
}
