import CMacrostateKernels

extension Tape {
  /// Row (set, slot) of x becomes a row (set, head, slot) for each head, with that head's columns and zeros elsewhere:
  /// `[sets · slots, width]` → `[sets · g, width]`. A linear map of the result is what the map's part of that head does.
  public func splitHeads(_ x: Tensor, _ form: AttentionHeads) -> Tensor {
    precondition(x.rows % form.slots == 0 && x.columns % form.heads == 0 && x.stride == padded(x.columns))
    let out = make(rows: x.rows * form.heads, columns: x.columns, stride: x.stride, wantsGradient: hasGradient(x))
    value(out).update(repeating: 0, count: out.storage)
    forEachHead(x, form) { few, many, width in
      (value(out) + many).update(from: value(x) + few, count: width)
    }
    record(out) { tape in
      guard let dOut = tape.writtenGradient(out), let dx = tape.clearedGradient(x) else { return }
      tape.forEachHead(x, form) { few, many, width in
        for j in 0..<width { dx[few + j] += dOut[many + j] }
      }
    }
    return out
  }

  /// The adjoint of `splitHeads`: row (set, slot) has from row (set, head, slot) of x that head's columns:
  /// `[sets · g, width]` → `[sets · slots, width]`.
  public func mergeHeads(_ x: Tensor, _ form: AttentionHeads) -> Tensor {
    precondition(x.rows % form.count == 0 && x.columns % form.heads == 0 && x.stride == padded(x.columns))
    let out = make(rows: x.rows / form.heads, columns: x.columns, stride: x.stride, wantsGradient: hasGradient(x))
    if out.stride != out.columns { value(out).update(repeating: 0, count: out.storage) }
    forEachHead(out, form) { few, many, width in
      (value(out) + few).update(from: value(x) + many, count: width)
    }
    record(out) { tape in
      guard let dOut = tape.writtenGradient(out), let dx = tape.clearedGradient(x) else { return }
      tape.forEachHead(out, form) { few, many, width in
        for j in 0..<width { dx[many + j] += dOut[few + j] }
      }
    }
    return out
  }

  /// Calls `body` with the places where the columns of a head begin in the few rows
  /// `[sets · slots, width]` and in the many `[sets · g, width]`.
  private func forEachHead(_ few: Tensor, _ form: AttentionHeads, _ body: (Int, Int, _ width: Int) -> Void) {
    let width = few.columns / form.heads
    for row in 0..<few.rows {
      let (set, slot) = row.quotientAndRemainder(dividingBy: form.slots)
      for head in 0..<form.heads {
        let many = (set * form.heads + head) * form.slots + slot
        body(row * few.stride + head * width, many * few.stride + head * width, width)
      }
    }
  }
}
