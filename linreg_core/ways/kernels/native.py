"""What numba has no word for: a fused multiply-add, and calls of functions at an address."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

NUMPY, TENSOR, NN = range(3)
"""Whose epoch it is: what is multiplied by what, and when."""


def _fma(_context: Any, a: Any, b: Any, c: Any) -> Any:
    def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.fma(*arguments)

    return a(a, b, c), code


fma: Any = intrinsic(_fma)
"""a·b + c, rounded once."""


def _caller(count: int, *, gives: bool) -> Any:
    """A call with pointers, as Fortran calls: the address, the pointers, in which row they are.

    Args:
        count: how many pointers.
        gives: whether it gives a number, of the kind of the last argument.
    """

    @intrinsic
    def call(_context: Any, address: Any, pointers: Any, row: Any, kind: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            callee, array, first, _ = arguments
            data = cgutils.create_struct_proxy(signature.args[1])(context, builder, array).data
            byte = ir.IntType(8).as_pointer()
            start = builder.mul(first, ir.Constant(first.type, count))
            given = [
                builder.inttoptr(
                    builder.load(builder.gep(data, [builder.add(start, start.type(index))])), byte
                )
                for index in range(count)
            ]
            number = context.get_value_type(signature.return_type) if gives else ir.VoidType()
            function = ir.FunctionType(number, [byte] * count)
            value = builder.call(builder.inttoptr(callee, function.as_pointer()), given)
            return value if gives else context.get_dummy_value()

        return (kind if gives else types.void)(address, pointers, row, kind), code

    return call


call_gemv = _caller(11, gives=False)
call_gemm = _caller(13, gives=False)
call_dot = _caller(5, gives=True)
