/** All that the page does beyond being read: filter and sort the table, open tables for printing and maps as tables on a phone, and in a live report look for news. */
export const SCRIPT = `
(function(){
document.documentElement.className='scripted';
var narrow=window.matchMedia('(max-width:640px)');
function maps(){Array.prototype.forEach.call(document.querySelectorAll('.as-table'),function(one){one.open=narrow.matches;});}
maps();narrow.addEventListener('change',maps);
var table=document.getElementById('all'),box=document.getElementById('filter'),told=document.getElementById('told');
if(table&&box){
  document.querySelector('.filter').hidden=false;
  var body=table.tBodies[0],rows=Array.prototype.slice.call(body.rows);
  box.addEventListener('input',function(){
    var word=box.value.trim().toLowerCase(),shown=0;
    rows.forEach(function(row){var hit=row.cells[0].textContent.toLowerCase().indexOf(word)>=0;row.hidden=!hit;if(hit)shown++;});
    told.textContent=shown+' of '+rows.length+' functions';
  });
  Array.prototype.forEach.call(table.tHead.rows[0].cells,function(cell,at){
    var button=document.createElement('button');
    button.type='button';button.textContent=cell.textContent;cell.textContent='';cell.appendChild(button);
    button.addEventListener('click',function(){
      var up=cell.getAttribute('aria-sort')==='descending';
      Array.prototype.forEach.call(table.tHead.rows[0].cells,function(other){other.removeAttribute('aria-sort');});
      cell.setAttribute('aria-sort',up?'ascending':'descending');
      rows.sort(function(a,b){
        var x=a.cells[at].dataset.v,y=b.cells[at].dataset.v;
        var d=x===undefined?a.cells[at].textContent.localeCompare(b.cells[at].textContent):Number(x)-Number(y);
        return up?d:-d;
      });
      rows.forEach(function(row){body.appendChild(row);});
    });
  });
}
window.addEventListener('beforeprint',function(){Array.prototype.forEach.call(document.querySelectorAll('details'),function(one){one.open=true;});});
var live=document.body.dataset.live;
if(live){setInterval(function(){fetch('state',{cache:'no-store'}).then(function(r){return r.text();}).then(function(now){if(now!==live)location.reload();}).catch(function(){document.getElementById('live').textContent='The report has ended: this is the last state.';});},2000);}
})();
`;
